"""One small adapter type for every simulator: what the rollout needs, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax

from hadax.core.errors import require_count
from hadax.core.task import TargetSpec
from hadax.core.types import Key


@dataclass(frozen=True)
class Environment:
    """An environment without auto-reset and without a time limit of its own; static under jit.

    Attributes:
      name: how the environment is called in its library.
      observation_shape: shape of one observation.
      target: Discrete(actions), or Continuous(action entries).
      horizon: steps after which an episode ends, at least 1.
      reset: a key to the first state and observation.
      step: a key, a state and an action (int32 [], or float32 [entries] in [-1, 1]) to the
        next state, observation, reward and whether the episode ended by itself.
      backend: the physics, where the library has several.
    """

    name: str
    observation_shape: tuple[int, ...]
    target: TargetSpec
    horizon: int
    reset: Callable[[Key], tuple[Any, jax.Array]]
    step: Callable[[Key, Any, jax.Array], tuple[Any, jax.Array, jax.Array, jax.Array]]
    backend: str | None = None

    def __post_init__(self) -> None:
        require_count("horizon", self.horizon, 1)
