"""Horizon curriculum: short episodes first, while policies still fall early or learn nothing late.

The task's state carries the generation, so that a growing horizon compiles nothing anew.
"""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.types import TaskState

_FIRST = 0.1


@struct.dataclass
class Stage:
    """A control task's state under a curriculum.

    Attributes:
      normalizer: the observation normaliser's state.
      generation: generations so far, int32 [].
    """

    normalizer: Any
    generation: jax.Array


def begin(normalizer: Any, curriculum: int) -> TaskState:
    """The state before the first generation.

    Args:
      normalizer: the normaliser's state, which is all of it without a curriculum.
      curriculum: generations over which the horizon grows; 0 for none.
    """
    return Stage(normalizer, jnp.int32(0)) if curriculum else normalizer


def advance(state: TaskState, normalizer: Any) -> TaskState:
    """The state after a generation, given the normaliser's."""
    return Stage(normalizer, state.generation + 1) if isinstance(state, Stage) else normalizer


def over(state: TaskState, curriculum: int) -> TaskState:
    """The state, of the same structure, as after so many generations of a `curriculum`."""
    started = isinstance(state, Stage)
    return replace(state, generation=jnp.int32(curriculum)) if started else state


def settle(state: TaskState) -> Any:
    """The normaliser's state, which is all that is left when the curriculum is over."""
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
