"""Acting at random: the moments that a constant normaliser begins with, and what it earns."""

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.types import Key
from hadax.tasks.rl.actions import random_actions
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.moments import Moments, include, initial_moments
from hadax.tasks.rl.rollout import rollout

# Enough for the moments of a random policy's observations, at the cost of a fraction of one
# generation.
_EPISODES = 64

# Rounding makes a little of what never varies, by this share of its size.
_ROUNDING = 1e-6


def random_policy_moments(environment: Environment, key: Key, early_exit: bool) -> Moments:
    """The moments of what a policy observes that acts at random, and of nothing else.

    An entry that never varied there has variance 1: nothing is known of its scale, and what is
    divided by next to nothing would drown all others when it varies.

    Args:
      environment: where it acts.
      key: decides its actions and episodes.
      early_exit: as in ControlTask.
    """
    start = initial_moments(environment.observation_shape, count=0.0)

    def act(
        key: Key, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, Any]:
        actions = random_actions(environment.target, key, running.shape[0])
        # All episodes run at the first step, so that there is something to take the mean of.
        return actions, jnp.ones_like(running), include(memory, observations, running)

    horizon = environment.horizon
    seen: Moments = rollout(environment, act, start, key, _EPISODES, horizon, early_exit).memory
    varied = seen.squares > seen.count * jnp.square(_ROUNDING * seen.mean)
    return replace(seen, squares=jnp.where(varied, seen.squares, seen.count))


@partial(jax.jit, static_argnames=("environment", "episodes"))
def random_policy_return(environment: Environment, key: Key, episodes: int) -> jax.Array:
    """The mean return of acting at random, float32 [].

    Args:
      environment: where a policy acts.
      key: decides its actions and episodes.
      episodes: how many.
    """

    def act(
        key: Key, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, Any]:
        del observations
        actions = random_actions(environment.target, key, running.shape[0])
        return actions, jnp.ones_like(running), memory

    return jnp.mean(rollout(environment, act, (), key, episodes, environment.horizon).returns)
