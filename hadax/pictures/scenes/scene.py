"""A flat picture as data: polygons and coloured cells in a window of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
"""Points [points, 2] of the world, x to the right and y up."""

Observation: TypeAlias = NDArray[np.float32]
"""What a task's policy is given, [*input_shape], before any normaliser."""

Place: TypeAlias = Sequence[float] | NDArray[np.float64]
"""One point [2]."""

BODY, JOINT, MOTION = "#34495e", "#c0392b", "#2471a3"
GROUND, LINE, PAPER = "#e5e8ea", "#b3bbc0", "#ffffff"

_TURNS = np.linspace(0, 2 * np.pi, 64, endpoint=False)
_CIRCLE = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)


@dataclass(frozen=True)
class Polygon:
    """A filled shape, or a closed line.

    Attributes:
      points: its corners, [points, 2].
      fill: its colour; "" for none.
      outline: the colour of its border; "" for none.
    """

    points: Points
    fill: str
    outline: str = ""


@dataclass(frozen=True)
class Cells:
    """A grid of coloured squares of size 1, its lower left corner at 0, 0.

    Attributes:
      colours: [height, width, 3] in [0, 1], the highest row first.
    """

    colours: NDArray[np.float64]


Shape: TypeAlias = Polygon | Cells


@dataclass(frozen=True)
class Window:
    """The part of the world that is shown; all frames of a film have windows of one shape."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def aspect(self) -> float:
        """Width over height."""
        return (self.right - self.left) / (self.top - self.bottom)


@dataclass(frozen=True)
class Scene:
    """Shapes, those before under those behind, in a window.

    Attributes:
      shapes: in the order in which they are drawn.
      window: what is seen of them.
    """

    shapes: tuple[Shape, ...]
    window: Window


def disc(centre: Place, radius: float, fill: str, outline: str = "") -> Polygon:
    """A circle.

    Args:
      centre: [2].
      radius: in units of the world.
      fill: its colour; "" for none.
      outline: its border's; "" for none.
    """
    return Polygon(np.asarray(centre, np.float64) + radius * _CIRCLE, fill, outline)


def rod(start: Place, end: Place, width: float, fill: str, outline: str = "") -> Polygon:
    """A thick line with round ends.

    Args:
      start: [2].
      end: [2].
      width: in units of the world.
      fill: its colour.
      outline: its border's; "" for none.
    """
    ends = np.array([start, end], np.float64)
    return Polygon(hull(_around(ends, width / 2)), fill, outline)


def box(left: float, bottom: float, width: float, height: float, fill: str) -> Polygon:
    """A rectangle by its lower left corner.

    Args:
      left, bottom: where it begins.
      width, height: how far it goes.
      fill: its colour.
    """
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    return Polygon(np.array(corners, np.float64) + np.array([left, bottom]), fill)


def arrow(start: Place, along: Place, size: float = 1.0, fill: str = MOTION) -> tuple[Shape, ...]:
    """An arrow; nothing where it has no length.

    Args:
      start: [2].
      along: from there to its tip, [2].
      size: how large its head is.
      fill: its colour.
    """
    begin, way = np.asarray(start, np.float64), np.asarray(along, np.float64)
    length = float(np.hypot(*way))
    if length < 0.05 * size:
        return ()
    ahead = way / length
    aside = np.array([-ahead[1], ahead[0]])
    head = min(0.22 * size, length)
    tip, neck = begin + way, begin + way - head * ahead
    point = Polygon(np.array([tip, neck + 0.5 * head * aside, neck - 0.5 * head * aside]), fill)
    return (rod(begin, neck, 0.05 * size, fill), point)


def swept(points: Points, radius: float) -> Points:
    """The outline [corners, 2] of circles around points [points, 2] and all between them."""
    return hull(_around(points, radius) if radius else points)


def hull(points: Points) -> Points:
    """The smallest convex polygon around points [points, 2] (Andrew's monotone chain)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered)
    chains = (_chain(ordered), _chain(ordered[::-1]))
    return np.array([*chains[0][:-1], *chains[1][:-1]])


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain


def _around(points: Points, radius: float) -> Points:
    return (points[:, None] + radius * _CIRCLE[::2]).reshape(-1, 2)
