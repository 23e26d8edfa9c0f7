"""From a task's pose to scenes: of observations, and of a film's frames."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import Bodies
from hadax.core.errors import require_choice
from hadax.core.specification import Pose
from hadax.pictures.scenes.classic import (
    acrobot,
    cart_pole,
    double_pendulum,
    mountain_car,
    pendulum,
)
from hadax.pictures.scenes.games import game
from hadax.pictures.scenes.robots import extent_of, robot
from hadax.pictures.scenes.scene import Observation, Scene

Stage: TypeAlias = Callable[[Observation, bool], Scene]
"""An observation [*input_shape], and whether velocities are shown as arrows, to a scene."""

SCENES: dict[str, Stage] = {
    "acrobot": acrobot,
    "cart_pole": cart_pole,
    "double_pendulum": double_pendulum,
    "game": game,
    "mountain_car": mountain_car,
    "pendulum": pendulum,
}
"""Drawings by the names that environments give as their pose."""


def stage_of(pose: Pose) -> Stage | None:
    """What draws the observations of a task; None where nothing here does.

    Raises:
      ConfigError: a name that is in no table.
    """
    if isinstance(pose, str):
        require_choice("pose", pose, tuple(SCENES))
        return SCENES[pose]
    if isinstance(pose, Bodies) and pose.of_observation is not None:
        return _posed(pose)
    return None


def draws(pose: Pose) -> bool:
    """Whether scenes show an episode of a task with this pose."""
    return isinstance(pose, str | Bodies)


def frames_of(pose: Pose, seen: NDArray[Any]) -> Iterator[Scene] | None:
    """The scenes of an episode; None where nothing here draws it.

    Args:
      pose: the task's.
      seen: a recording's, [frames, ...].

    Raises:
      ConfigError: a name that is in no table.
    """
    if isinstance(pose, Bodies):
        extent = extent_of(pose, seen)
        return (robot(pose, links, extent) for links in seen)
    stage = stage_of(pose)
    return None if stage is None else (stage(observation, False) for observation in seen)


def _posed(bodies: Bodies) -> Stage:
    def stage(observation: Observation, arrows: bool) -> Scene:
        del arrows
        assert bodies.of_observation is not None
        links = np.asarray(bodies.of_observation(jnp.asarray(observation)))
        return robot(bodies, links, extent_of(bodies, links[None]))

    return stage
