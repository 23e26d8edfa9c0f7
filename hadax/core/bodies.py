"""Robots as plain data that a picture can be drawn of: solids on links, and where the links are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import require

LinkPoses: TypeAlias = NDArray[np.float32]
"""Where links are, [links, 7]: x, y, z (m), then the rotation as a quaternion w, x, y, z."""

WORLD = -1
"""The link of what never moves."""


@dataclass(frozen=True)
class Solid:
    """A convex part of a link: the hull of balls around some points.

    A ball is one point, a capsule two, a box eight points of no radius.

    Attributes:
      link: the link that it moves with; WORLD for none.
      points: in the link's frame, x, y, z in m.
      radius: of the balls, in m, at least 0.
    """

    link: int
    points: tuple[tuple[float, float, float], ...]
    radius: float

    def __post_init__(self) -> None:
        require(len(self.points) >= 1, "points", self.points, "must be at least one")
        require(self.radius >= 0, "radius", self.radius, "must be at least 0")


@dataclass(frozen=True)
class Camera:
    """From where a body is looked at, from very far.

    Attributes:
      azimuth: degrees that the camera has gone around, from where x points right and y away.
      elevation: degrees above the ground; 90 looks down, x right and y up.
    """

    azimuth: float = 0.0
    elevation: float = 11.0


@dataclass(frozen=True, eq=False)
class Bodies:
    """How a robot is drawn: a pose of tasks whose states are more than their observations.

    Attributes:
      solids: all that is seen.
      of_state: the simulator's state to its links' poses, [links, 7].
      of_observation: an observation [entries] to the links' poses [links, 7], what it does not tell
        being 0; None where they cannot be known.
      ground: height of the floor in m; None without one.
      camera: where one looks from.
      page: the links' poses over time, [frames, links, 7], and the seconds from one to the next, as
        an HTML page of the simulator's own viewer; None where it has none.
    """

    solids: tuple[Solid, ...]
    of_state: Callable[[Any], jax.Array]
    of_observation: Callable[[jax.Array], jax.Array] | None = None
    ground: float | None = None
    camera: Camera = Camera()
    page: Callable[[LinkPoses, float], str] | None = None
