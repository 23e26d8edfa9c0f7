"""Environments as earlier releases of Brax had them, for results that were published on those."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from hadax.tasks.rl.simulators.wrapped_brax import WrappedBrax

_POLE_LENGTH = 0.6


@dataclass(frozen=True)
class EarlierDoublePendulum(WrappedBrax):
    """Brax's inverted double pendulum of release 0.11 and before, on today's physics.

    It took the second pole for upright always: where that pole's tip is was computed from its
    joint alone, so a hanging second pole earned full reward and ended no episode. Release 0.12
    mended it, and made the task much harder; the published HaDES runs came before.
    """

    def step(self, state: Any, action: jax.Array) -> Any:
        """The next state, after an action float32 [action_size], with reward and end as of old."""
        following = self.current.step(state, action)
        joint = following.pipeline_state.x.pos[2]
        across, height = joint[0], joint[2] + _POLE_LENGTH
        first, second = following.pipeline_state.qd[1:]
        distance_penalty = 0.01 * jnp.square(across) + jnp.square(height - 2)
        velocity_penalty = 1e-3 * jnp.square(first) + 5e-3 * jnp.square(second)
        return following.replace(
            reward=10 - distance_penalty - velocity_penalty,
            done=(height <= 1).astype(jnp.float32),
        )


@dataclass(frozen=True)
class UnscaledActions(WrappedBrax):
    """Brax's humanoids of release 0.10 and before, on today's physics.

    Their actions were controls, cut off at the actuators' 0.4. Release 0.11 maps [-1, 1] to that
    range instead, so the same network pushes less than half as hard until it answers more than 0.4.
    The published HaDES runs came before.
    """

    def step(self, state: Any, action: jax.Array) -> Any:
        """The next state, after controls float32 [action_size]."""
        least, most = jnp.moveaxis(self.sys.actuator.ctrl_range, -1, 0)
        return self.current.step(state, 2 * (action - least) / (most - least) - 1)


EARLIER: dict[str, type[WrappedBrax]] = {
    "humanoid_0.10": UnscaledActions,
    "humanoidstandup_0.10": UnscaledActions,
    "inverted_double_pendulum_0.11": EarlierDoublePendulum,
}
"""By today's name and the last release that had them."""


def todays(name: str) -> str:
    """What the environment is called today, with its name here: "humanoid" for "humanoid_0.10"."""
    return name.rpartition("_")[0] if name in EARLIER else name
