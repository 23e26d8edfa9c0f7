"""Acting at random: the moments that a constant normaliser begins with, and what it earns."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.types import Key
from hadax.tasks.rl.actions import random_actions
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.moments import Moments, add_observations, initial_moments, merge, zero_sums
from hadax.tasks.rl.rollout import rollout

# Enough for the moments of a random policy's observations, at the cost of a fraction of one
# generation.
_EPISODES = 64


def random_policy_moments(environment: Environment, key: Key, early_exit: bool) -> Moments:
    """The moments of what a policy observes that acts at random.

    Args:
      environment: where it acts.
      key: decides its actions and episodes.
      early_exit: as in ControlTask.
    """
    shape = environment.observation_shape
    start = initial_moments(shape)

    def act(
        key: Key, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, Any]:
        sums = add_observations(memory, start, observations, running)
        actions = random_actions(environment.target, key, running.shape[0])
        return actions, jnp.ones_like(running), sums

    horizon = environment.horizon
    played = rollout(environment, act, zero_sums(shape), key, _EPISODES, horizon, early_exit)
    return merge(start, played.memory)


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
