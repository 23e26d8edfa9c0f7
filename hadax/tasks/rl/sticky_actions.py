"""Actions that stick: now and then a step repeats the action before, whatever the policy answers.

Where an environment draws little at random, all candidates of a search end at the same place, and
none learns of others. Sticky actions lead each episode elsewhere (Machado et al., "Revisiting the
Arcade Learning Environment", 2018, section 5.2, who repeat a quarter; MinAtar's own are a tenth).
"""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.specification import Discrete
from hadax.core.streams import STICKY_STREAM
from hadax.core.types import Key
from hadax.tasks.rl.environment import Environment


@struct.dataclass
class _Held:
    """An environment's state, the action before (as a step takes it), whether there was one."""

    state: Any
    action: jax.Array
    begun: jax.Array


def with_sticky_actions(environment: Environment, stickiness: float | jax.Array) -> Environment:
    """The environment in which a step may repeat the action before; the first never does.

    Args:
      environment: what is played; its own randomness stays as it is.
      stickiness: how likely, from 0 to 1, float32 []; a number of Python's leaves all as it is.
    """
    if not isinstance(stickiness, jax.Array):
        return environment
    target = environment.target
    discrete = isinstance(target, Discrete)
    nothing_yet = jnp.int32(0) if discrete else jnp.zeros(target.size, jnp.float32)

    def reset(key: Key) -> tuple[Any, jax.Array]:
        state, observation = environment.reset(key)
        return _Held(state, nothing_yet, jnp.bool_(False)), observation

    def step(key: Key, held: Any, action: jax.Array) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        drawn = jax.random.bernoulli(jax.random.fold_in(key, STICKY_STREAM), stickiness)
        action = jnp.where(held.begun & drawn, held.action, action)
        state, observation, reward, ended = environment.step(key, held.state, action)
        return _Held(state, action, jnp.bool_(True)), observation, reward, ended

    # What reads an environment's own states cannot read these.
    return replace(environment, reset=reset, step=step, alive_bonus=None, pose=None)
