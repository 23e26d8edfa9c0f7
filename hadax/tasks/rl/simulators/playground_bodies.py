"""MuJoCo Playground's robots as bodies that can be drawn: from states, some from observations."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import mujoco
import numpy as np

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


def _cart_and_pole(observation: jax.Array) -> jax.Array:
    position, cosine, sine = observation[:3]
    return jnp.stack([position, jnp.arctan2(sine, cosine)])


def _pendulum(observation: jax.Array) -> jax.Array:
    return jnp.arctan2(observation[:1], observation[1:2])


def _acrobot(observation: jax.Array) -> jax.Array:
    upper, lower = jnp.arctan2(observation[:2], observation[2:4])
    return jnp.stack([upper, lower - upper])


def _first_two(observation: jax.Array) -> jax.Array:
    return observation[:2]


_COORDINATES: dict[str, Callable[[jax.Array], jax.Array]] = {
    "AcrobotSwingup": _acrobot,
    "AcrobotSwingupSparse": _acrobot,
    "CartpoleBalance": _cart_and_pole,
    "CartpoleBalanceSparse": _cart_and_pole,
    "CartpoleSwingup": _cart_and_pole,
    "CartpoleSwingupSparse": _cart_and_pole,
    "PendulumSwingup": _pendulum,
    "PointMass": _first_two,
    "ReacherEasy": _first_two,
    "ReacherHard": _first_two,
}
"""An observation to MuJoCo's coordinates; others do not tell them all, or in no simple way."""

_SEE_A_TARGET = ("ReacherEasy", "ReacherHard")
"""Those that observe how far it is from the fingertip to a target, which is a body too."""


def bodies_of(name: str, simulator: Any) -> Bodies:
    """How one of Playground's environments is drawn.

    Args:
      name: Playground's.
      simulator: its environment.
    """
    model = simulator.mj_model
    return Bodies(
        solids=solids_of(model),
        of_state=_of_state,
        of_observation=_observed(name, model),
        ground=ground_of(model),
        camera=_CAMERAS.get(name, Camera()),
    )


def _of_state(state: Any) -> jax.Array:
    # MuJoCo's first body is the world.
    data = state.data
    return jnp.concatenate([data.xpos[1:], data.xquat[1:]], axis=-1)


def _observed(name: str, model: Any) -> Callable[[jax.Array], jax.Array] | None:
    """The links of an observation; None where it does not say where they are."""
    if name not in _COORDINATES:
        return None
    return partial(_of_observation, model, _COORDINATES[name], name in _SEE_A_TARGET)


def _of_observation(
    model: Any,
    coordinates: Callable[[jax.Array], jax.Array],
    sees_a_target: bool,
    observation: jax.Array,
) -> jax.Array:
    data = mujoco.MjData(model)
    data.qpos[:] = np.asarray(coordinates(observation))
    mujoco.mj_kinematics(model, data)
    if sees_a_target:
        finger, target = (data.body(each).xpos for each in ("finger", "target"))
        target[:2] = finger[:2] + np.asarray(observation[2:4])
    return jnp.concatenate([jnp.asarray(data.xpos[1:]), jnp.asarray(data.xquat[1:])], axis=-1)
