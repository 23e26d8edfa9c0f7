"""MuJoCo's geoms, which Brax's systems have too, as solids that can be drawn."""

from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import WORLD, Solid

_PLANE = int(mujoco.mjtGeom.mjGEOM_PLANE)
_SPHERE = int(mujoco.mjtGeom.mjGEOM_SPHERE)
_CAPSULE = int(mujoco.mjtGeom.mjGEOM_CAPSULE)
_ELLIPSOID = int(mujoco.mjtGeom.mjGEOM_ELLIPSOID)
_CYLINDER = int(mujoco.mjtGeom.mjGEOM_CYLINDER)
_BOX = int(mujoco.mjtGeom.mjGEOM_BOX)

# Sides of a circle, as a polygon.
_SIDES = 16


def solids_of(model: Any) -> tuple[Solid, ...]:
    """All geoms that can be seen and are no floor; meshes are left out.

    Args:
      model: has MuJoCo's arrays of geoms; body 0 is the world.
    """
    found = []
    for index in range(int(model.ngeom)):
        kind, size = int(model.geom_type[index]), np.asarray(model.geom_size[index])
        visible = float(model.geom_rgba[index][3]) > 0
        local, radius = _hull(kind, size)
        if not visible or not len(local):
            continue
        place = np.asarray(model.geom_pos[index])
        points = place + rotated(np.asarray(model.geom_quat[index]), local)
        corners = tuple((float(x), float(y), float(z)) for x, y, z in points)
        body = int(model.geom_bodyid[index])
        found.append(Solid(body - 1 if body else WORLD, corners, radius))
    return tuple(found)


def ground_of(model: Any) -> float | None:
    """The height of the highest floor in m; None without any.

    Args:
      model: as for `solids_of`.
    """
    floors = [index for index in range(int(model.ngeom)) if int(model.geom_type[index]) == _PLANE]
    return max((float(model.geom_pos[index][2]) for index in floors), default=None)


def rotated(quaternion: NDArray[np.floating[Any]], points: NDArray[Any]) -> NDArray[np.float64]:
    """`points` [points, 3] turned by a `quaternion` [4], w first."""
    scalar, vector = quaternion[0], np.asarray(quaternion[1:], np.float64)
    across = np.cross(vector, points)
    return points + 2 * (scalar * across + np.cross(vector, across))


def _hull(kind: int, size: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
    """A geom as points [points, 3] in its own frame and the radius of balls around them."""
    none = np.zeros((0, 3))
    if kind == _SPHERE:
        return np.zeros((1, 3)), float(size[0])
    if kind == _CAPSULE:
        return np.array([[0.0, 0, -size[1]], [0, 0, size[1]]]), float(size[0])
    if kind == _BOX:
        signs = np.stack(np.meshgrid([-1, 1], [-1, 1], [-1, 1]), -1).reshape(-1, 3)
        return signs * size, 0.0
    turns = np.linspace(0, 2 * np.pi, _SIDES, endpoint=False)
    circle = np.stack([np.cos(turns), np.sin(turns), np.zeros(_SIDES)], 1)
    if kind == _CYLINDER:
        ends = [size[0] * circle + [0, 0, end * size[1]] for end in (-1, 1)]
        return np.concatenate(ends), 0.0
    if kind == _ELLIPSOID:
        rings = [
            np.cos(tilt) * circle + [0, 0, np.sin(tilt)] for tilt in np.linspace(-1.57, 1.57, 9)
        ]
        return np.concatenate(rings) * size, 0.0
    return none, 0.0
