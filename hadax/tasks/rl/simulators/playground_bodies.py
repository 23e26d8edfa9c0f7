"""MuJoCo Playground's robots as bodies that can be drawn: from states, some from observations."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import mujoco
import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import Bodies, Camera
from hadax.tasks.rl.simulators.solids import ground_of, solids_of

_Numbers: TypeAlias = NDArray[np.float32]

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


def _cart_and_pole(observation: _Numbers) -> _Numbers:
    position, cosine, sine = observation[:3]
    return np.array([position, np.arctan2(sine, cosine)])


def _pendulum(observation: _Numbers) -> _Numbers:
    return np.arctan2(observation[:1], observation[1:2])


def _acrobot(observation: _Numbers) -> _Numbers:
    upper, lower = np.arctan2(observation[:2], observation[2:4])
    return np.array([upper, lower - upper])


def _first_two(observation: _Numbers) -> _Numbers:
    return observation[:2]


_COORDINATES: dict[str, Callable[[_Numbers], _Numbers]] = {
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
    return _links(state.data)


def _observed(name: str, model: Any) -> Callable[[jax.Array], jax.Array] | None:
    """The links of an observation; None where it does not say where they are."""
    if name not in _COORDINATES:
        return None
    return partial(_of_observation, model, _COORDINATES[name], name in _SEE_A_TARGET)


def _of_observation(
    model: Any,
    coordinates: Callable[[_Numbers], _Numbers],
    sees_a_target: bool,
    observation: jax.Array,
) -> jax.Array:
    told, data = np.asarray(observation), mujoco.MjData(model)
    data.qpos[:] = coordinates(told)
    mujoco.mj_kinematics(model, data)
    if sees_a_target:
        finger, target = (data.body(each).xpos for each in ("finger", "target"))
        target[:2] = finger[:2] + told[2:4]
    return _links(data)


def _links(data: Any) -> jax.Array:
    """The links in MuJoCo's data, whose first body is the world."""
    return jnp.concatenate([jnp.asarray(data.xpos[1:]), jnp.asarray(data.xquat[1:])], axis=-1)
