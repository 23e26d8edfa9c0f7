"""Robots of Brax and MuJoCo: their solids as one sees them from afar, over a chequered floor."""

import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import WORLD, Bodies, Camera, LinkPoses
from hadax.pictures.scenes.scene import (
    GROUND,
    LINE,
    Points,
    Polygon,
    Scene,
    Shape,
    Window,
    swept,
)

_ASPECT = 1.5
_MARGIN = 0.2
_SIDEWAYS = 15.0
_MOST_TILES = 8.0
_SHADOW, _TILE = "#cfd4d8", "#f3f5f6"
_OUTLINE = "#2c3e50"
# Link by link, so that one sees which leg is which.
_COLOURS = ("#5d6d7e", "#c0392b", "#2471a3", "#b7950b", "#7d3c98", "#1e8449", "#d35400")
_FIXED = "#aab7b8"

Spatial = NDArray[np.float64]
"""Points of space, [points, 3]."""


def robot(bodies: Bodies, poses: LinkPoses, extent: float) -> Scene:
    """All solids, the nearest last, their shadows on the floor; the camera goes with the robot.

    Args:
      bodies: what is drawn.
      poses: where its links are, [links, 7].
      extent: half of the window's height, in m, as `extent_of` gives it.
    """
    right, up, towards = axes_of(bodies.camera)
    frame = np.stack([right, up], axis=1)
    placed = [_placed(solid.points, solid.link, poses) for solid in bodies.solids]
    middle = _middle(bodies, poses)
    centre = middle @ frame
    if _stands(bodies):
        centre = centre + np.array([0, 0.75 * extent])
    half = np.array([_ASPECT * extent, extent])
    window = Window(*(centre - half), *(centre + half))
    shapes: list[Shape] = []
    if bodies.ground is not None:
        shapes += _floor(bodies.ground, middle, extent, frame)
    depth = [float(np.mean(points @ towards)) for points in placed]
    order = list(np.argsort(depth))
    if bodies.ground is not None and bodies.camera.elevation < 90:
        for index in order:
            flat = placed[index] * (1, 1, 0) + np.array([0, 0, bodies.ground])
            shapes.append(Polygon(swept(flat @ frame, bodies.solids[index].radius * 0.8), _SHADOW))
    for index in order:
        solid = bodies.solids[index]
        outline = swept(placed[index] @ frame, solid.radius)
        shapes.append(Polygon(outline, _colour(solid.link), _OUTLINE))
    return Scene(tuple(shapes), window)


def extent_of(bodies: Bodies, poses: LinkPoses) -> float:
    """Half the height of a window in which one sees the robot throughout, in m.

    Args:
      bodies: what is drawn.
      poses: over time, [frames, links, 7].
    """
    right, up, _ = axes_of(bodies.camera)
    frame = np.stack([right, up], axis=1)
    reach = 0.3
    for each in poses[:: max(1, len(poses) // 20)]:
        middle = _middle(bodies, each)
        for solid in bodies.solids:
            flat = (_placed(solid.points, solid.link, each) - middle) @ frame
            if solid.link != WORLD:
                across, height = np.abs(flat).max(axis=0) + solid.radius
                half = height / 1.75 if _stands(bodies) else height
                reach = max(reach, across / _ASPECT, half)
    return reach * (1 + _MARGIN)


def _stands(bodies: Bodies) -> bool:
    """Whether one looks from the side at what stands on a floor: then the floor stays below."""
    return bodies.ground is not None and bodies.camera.elevation < _SIDEWAYS


def _middle(bodies: Bodies, poses: LinkPoses) -> Spatial:
    """Where the camera looks, [3]: the links' middle, or the floor below it."""
    middle = np.mean(np.asarray(poses[:, :3], np.float64), axis=0)
    if bodies.ground is not None and _stands(bodies):
        middle[2] = bodies.ground
    return middle


def axes_of(camera: Camera) -> tuple[Spatial, Spatial, Spatial]:
    """What is to the right, up, and towards somebody who looks through a camera, [3] each."""
    turn, tilt = np.deg2rad(camera.azimuth), np.deg2rad(camera.elevation)
    right = np.array([np.cos(turn), np.sin(turn), 0.0])
    away = np.array([-np.sin(turn), np.cos(turn), 0.0])
    towards = np.array([0, 0, 1.0]) * np.sin(tilt) - away * np.cos(tilt)
    up = np.array([0, 0, 1.0]) * np.cos(tilt) + away * np.sin(tilt)
    return right, up, towards


def _placed(points: tuple[tuple[float, float, float], ...], link: int, poses: LinkPoses) -> Spatial:
    """Points in the world; [points, 3]."""
    local = np.array(points)
    if link == WORLD:
        return local
    pose = np.asarray(poses[link], np.float64)
    scalar, vector = pose[3], pose[4:]
    across = np.cross(vector, local)
    return pose[:3] + local + 2 * (scalar * across + np.cross(vector, across))


def _floor(ground: float, middle: Spatial, extent: float, frame: Spatial) -> list[Shape]:
    """A chequered floor around a place: every other tile of a darker whole.

    Tiles of a metre, larger where more is seen: a synthetic target may be anywhere.
    """
    size = max(1.0, extent / _MOST_TILES)
    count = int(np.ceil(6 * extent / size))
    column, row = (int(np.floor(middle[axis] / size)) for axis in (0, 1))
    place = np.array([column, row], np.float64)

    def flat(corners: Points) -> Points:
        spots = size * (place + corners)
        return np.array([*spots.T, np.full(len(spots), ground)]).T @ frame

    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64)
    shapes: list[Shape] = [Polygon(flat(count * square), GROUND, LINE)]
    for x in range(-count, count):
        for y in range(-count, count):
            if (column + x + row + y) % 2 == 0:
                shapes.append(Polygon(flat(np.array([x, y]) + 0.5 + square / 2), _TILE))
    return shapes


def _colour(link: int) -> str:
    return _FIXED if link == WORLD else _COLOURS[link % len(_COLOURS)]
