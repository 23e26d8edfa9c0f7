"""gymnax environments as tasks (Lange, "gymnax", 2022, https://github.com/RobertTLange/gymnax)."""

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.errors import require
from hadax.core.specification import NO_LABELS, NO_LEVELS
from hadax.core.types import Key
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.deferred import deferred
from hadax.tasks.rl.simulators.labels import GYMNAX, LEVELS, POSES, SEVERAL_PLAYERS, STEP_SECONDS
from hadax.tasks.rl.spaces import bounds_of, observation_shape, scaled, target_of

# It draws with them, which nothing here asks for; most of its import was theirs.
with deferred("matplotlib", "matplotlib.colors", "matplotlib.pyplot", "seaborn"):
    import gymnax

NORMALIZER = "none"
"""These environments' observations are near one already, or games' images."""


@cache
def adapt(name: str, backend: str | None = None) -> Environment:
    """The environment behind hadax's adapter; cached, so that equal tasks share compiled code.

    Args:
      name: gymnax's own id, "CartPole-v1" say.
      backend: None; gymnax has no others.

    Raises:
      ConfigError: a backend, or a space that the adapter cannot hold.
    """
    require(backend is None, "backend", backend, f"gymnax/{name} has no backends")
    environment, parameters = gymnax.make(name)
    observation_space = environment.observation_space(parameters)
    action_space = environment.action_space(parameters)
    action_low, action_high = bounds_of(name, action_space)

    def reset(key: Key) -> tuple[Any, jax.Array]:
        observation, state = environment.reset_env(key, parameters)
        return state, observation

    def step(
        key: Key, state: Any, action: jax.Array
    ) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        if action_low is not None and action_high is not None:
            action = scaled(action, action_low, action_high).reshape(action_space.shape)
        # step_env neither resets nor knows the time limit: the rollout does both.
        observation, state, reward, terminated, _ = environment.step_env(
            key, state, action.astype(action_space.dtype), parameters
        )
        return state, observation, jnp.asarray(reward), jnp.asarray(terminated)

    return Environment(
        name=name,
        observation_shape=observation_shape(name, observation_space),
        target=target_of(name, action_space),
        horizon=int(parameters.max_steps_in_episode),
        reset=reset,
        step=step,
        action_low=action_low,
        action_high=action_high,
        labels=GYMNAX.get(name, NO_LABELS),
        pose=POSES.get(name),
        step_seconds=STEP_SECONDS.get(name),
        levels=LEVELS.get(name, NO_LEVELS),
        one_player=name not in SEVERAL_PLAYERS,
    )
