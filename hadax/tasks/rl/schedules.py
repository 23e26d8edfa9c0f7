"""Schedules of a control task: what it asks of policies in a search, and in no measurement.

Short episodes first, while policies fall early or learn nothing late; a reward for being alive that
grows, where standing still would be a trap; actions that stick, random starts and a fitness that
looks at the worst episodes, until the search is over. The task's state carries the generation, so
that they compile nothing anew.
"""

import math
from dataclasses import replace
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.errors import require
from hadax.core.types import Key, TaskState
from hadax.tasks.rl.environment import Environment

Number = TypeVar("Number", int, float)

_FIRST = 0.1

# After so many generations, which no search has, every schedule is over.
_OVER = 2**30


@struct.dataclass
class Stage:
    """A control task's state under a schedule.

    Attributes:
      normalizer: the observation normaliser's state.
      generation: generations so far, int32 [].
    """

    normalizer: Any
    generation: jax.Array


def begin(normalizer: Any, scheduled: bool) -> TaskState:
    """The state before the first generation.

    Args:
      normalizer: the normaliser's state, which is all of it without a schedule.
      scheduled: whether there is one.
    """
    return Stage(normalizer, jnp.int32(0)) if scheduled else normalizer


def advance(state: TaskState, normalizer: Any) -> TaskState:
    """The state after a generation, given the normaliser's."""
    return Stage(normalizer, state.generation + 1) if isinstance(state, Stage) else normalizer


def over(state: TaskState) -> TaskState:
    """The state, of the same structure, with every schedule over."""
    return Stage(state.normalizer, jnp.int32(_OVER)) if isinstance(state, Stage) else state


def settle(state: TaskState) -> Any:
    """The normaliser's state, which is all that is left when every schedule is over."""
    return state.normalizer if isinstance(state, Stage) else state


def horizon_at(state: TaskState, curriculum: int, horizon: int) -> int | jax.Array:
    """Steps of an episode in this generation: from a tenth of the horizon to all of it, evenly.

    Args:
      state: the task's; it knows the generation.
      curriculum: generations over which the horizon grows; 0 for none.
      horizon: steps of a whole episode.

    Returns:
      int32 [] under a curriculum, else the horizon itself.
    """
    if not isinstance(state, Stage) or not curriculum:
        return horizon
    share = jnp.minimum(_FIRST + (1 - _FIRST) * state.generation / curriculum, 1.0)
    return jnp.ceil(share * horizon).astype(jnp.int32)


def check_bonus(environment: Environment, until: int) -> None:
    """Refuses a schedule of a reward for being alive that cannot be.

    Args:
      environment: must report that reward where there is a schedule.
      until: generations over which its share grows to 1; 0 for none.

    Raises:
      ConfigError: says what would be right.
    """
    expected = f"{environment.name} reports no reward for being alive"
    require(not until or environment.alive_bonus is not None, "alive_bonus_until", until, expected)


def bonus_share_at(state: TaskState, until: int, start: float) -> float | jax.Array:
    """The share of the reward for being alive that counts in this generation, growing evenly.

    Args:
      state: the task's; it knows the generation.
      until: generations over which it grows to 1; 0 for none.
      start: its first value.

    Returns:
      float32 [] under a schedule, exactly 1 when that is over; else 1.
    """
    if not isinstance(state, Stage) or not until:
        return 1.0
    growing = start + (1 - start) * state.generation / until
    return jnp.where(state.generation < until, growing, 1.0)


def with_bonus_share(environment: Environment, share: float | jax.Array) -> Environment:
    """The environment in which only a share of the reward for being alive counts.

    Args:
      environment: reports that part of its reward.
      share: of it, from 0 to 1, float32 []; a number of Python's leaves all as it is.
    """
    bonus = environment.alive_bonus
    if bonus is None or not isinstance(share, jax.Array):
        return environment

    def step(
        key: Key, state: Any, action: jax.Array
    ) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        following, observation, reward, ended = environment.step(key, state, action)
        return following, observation, reward - (1 - share) * bonus(following), ended

    return replace(environment, step=step)


def in_search(state: TaskState, value: Number) -> Number | jax.Array:
    """A setting that holds in a search alone: always alike, until every schedule is over.

    Args:
      state: the task's; it knows the generation.
      value: the setting in a search; 0 for none.

    Returns:
      The value in a search, exactly 0 when that is over, []; a number of Python's, 0, where there
      is none.
    """
    if not isinstance(state, Stage) or not value:
        return type(value)(0)
    return jnp.where(state.generation < _OVER, value, 0)


def fitness_of(state: TaskState, returns: jax.Array, worst_share: float) -> jax.Array:
    """The mean of the worst returns in a search, of all when every schedule is over, float32 [].

    That of the worst share is the returns' conditional value at risk (Rockafellar and Uryasev,
    2000; of policies' returns: Tamar et al., AAAI 2015).

    Args:
      state: the task's; it knows the generation.
      returns: an evaluation's, float32 [episodes].
      worst_share: how many of them count, at least one of them; 1 for all.
    """
    mean = jnp.mean(returns)
    # What is left of a product such as 0.07 * 100 is no further episode.
    worst = math.ceil(round(worst_share * len(returns), 6))
    if not isinstance(state, Stage) or worst == len(returns):
        return mean
    worst_mean = jnp.mean(jnp.sort(returns)[:worst])
    return jnp.where(state.generation < _OVER, worst_mean, mean)
