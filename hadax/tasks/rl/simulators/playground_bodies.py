"""MuJoCo Playground's robots as bodies that can be drawn."""

from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.bodies import Bodies, Camera
from hadax.tasks.rl.simulators.solids import ground_of, solids_of

_CORNER, _ABOVE = Camera(35.0, 20.0), Camera(0.0, 90.0)
_CAMERAS = {
    "FishSwim": _CORNER,
    "HumanoidRun": _CORNER,
    "HumanoidStand": _CORNER,
    "HumanoidWalk": _CORNER,
    "PointMass": _ABOVE,
    "ReacherEasy": _ABOVE,
    "ReacherHard": _ABOVE,
    "SwimmerSwimmer6": _ABOVE,
}


def bodies_of(name: str, simulator: Any) -> Bodies:
    """How one of Playground's environments is drawn, from its states alone.

    Args:
      name: Playground's.
      simulator: its environment.
    """
    model = simulator.mj_model
    return Bodies(
        solids=solids_of(model),
        of_state=_of_state,
        ground=ground_of(model),
        camera=_CAMERAS.get(name, Camera()),
    )


def _of_state(state: Any) -> jax.Array:
    # MuJoCo's first body is the world.
    data = state.data
    return jnp.concatenate([data.xpos[1:], data.xquat[1:]], axis=-1)
