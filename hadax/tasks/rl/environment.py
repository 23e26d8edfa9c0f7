"""One small adapter type for every simulator: what the rollout needs, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np

from hadax.core.errors import ConfigError, require, require_count
from hadax.core.specification import (
    NO_LABELS,
    NO_LEVELS,
    Continuous,
    Discrete,
    Labels,
    Levels,
    Pose,
    TargetSpec,
    label_counts,
)
from hadax.core.types import Key
from hadax.tasks.rl import spaces

Reset: TypeAlias = Callable[[Key], tuple[Any, jax.Array]]
"""A key to the first state and observation."""

Step: TypeAlias = Callable[[Key, Any, jax.Array], tuple[Any, jax.Array, jax.Array, jax.Array]]
"""A key, a state and an action to the next state, observation, reward and whether it ended."""


AliveBonus: TypeAlias = Callable[[Any], jax.Array]
"""The state after a step to the part of its reward that was for being alive."""


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
      action_low: what the environment's users call the lowest continuous action, which is -1 here,
        entry by entry; None for -1.
      action_high: likewise the highest; None for 1.
      labels: names and units of observations and actions.
      pose: how an observation is drawn: a name in hadax.pictures.poses, or a function of matplotlib
        axes and an observation; or a robot's bodies, which films draw from its states; None where
        there is nothing but numbers.
      alive_bonus: the part of a reward that was for being alive; None where there is none.
      step_seconds: seconds of the simulated world in a step; None where it has no clock.
      levels: the return that is called solved, and a random policy's.
      one_player: whether the first channel of an image is largest where the one player is, whom a
        window can be cut around; nothing is asked of other observations.
      whole: the same environment observed whole, where this one is observed through a window; None
        where it is no window.

    Examples:
      >>> import hadax, jax, jax.numpy as jnp
      >>> def reset(key):
      ...     state = jax.random.uniform(key, (2,), minval=-1.0)
      ...     return state, state
      >>> def step(key, state, action):
      ...     position, velocity = state
      ...     state = jnp.array([position + 0.1 * velocity, velocity + 0.1 * action[0]])
      ...     return state, state, -jnp.abs(position), jnp.abs(position) > 2
      >>> cart = hadax.Environment(
      ...     "cart", (2,), hadax.Continuous(1), horizon=50, reset=reset, step=step
      ... )
      >>> hadax.ControlTask(cart).target
      Continuous(size=1)
    """

    name: str
    observation_shape: tuple[int, ...]
    target: TargetSpec
    horizon: int
    reset: Reset
    step: Step
    backend: str | None = None
    action_low: tuple[float, ...] | None = None
    action_high: tuple[float, ...] | None = None
    labels: Labels = NO_LABELS
    pose: Pose = None
    alive_bonus: AliveBonus | None = None
    step_seconds: float | None = None
    levels: Levels = NO_LEVELS
    one_player: bool = True
    whole: "Environment | None" = None

    def __post_init__(self) -> None:
        require_count("horizon", self.horizon, 1)
        kind = isinstance(self.target, Discrete | Continuous)
        expected = "must be hadax.Discrete(n) or hadax.Continuous(n)"
        require(kind, "target", self.target, expected)
        shape = _as_tuple("observation_shape", self.observation_shape, int, "(4,)")
        object.__setattr__(self, "observation_shape", shape)
        for name in ("action_low", "action_high"):
            if (bound := getattr(self, name)) is not None:
                object.__setattr__(self, name, _as_tuple(name, bound, float, "(-1.0, -2.0)"))
        entries = 0 if isinstance(self.target, Discrete) else self.target.size
        labels, counts = self.labels, label_counts(self.observation_shape, self.target)
        for name, found, wanted in (
            ("action_low", self.action_low, entries),
            ("action_high", self.action_high, entries),
            *((f"labels.{each}", getattr(labels, each) or None, counts[each]) for each in counts),
        ):
            right = found is None or len(found) == wanted
            require(right, name, found, f"{self.name} has {wanted} of them")
        clock = self.step_seconds
        require(clock is None or clock > 0, "step_seconds", clock, "must be above 0")
        both = (self.action_low is None) == (self.action_high is None)
        require(both, "action_low", self.action_low, "goes with action_high")
        pairs = zip(self.action_low or (), self.action_high or (), strict=True)
        ordered = all(low <= high for low, high in pairs)
        require(ordered, "action_low", self.action_low, "must not be above action_high")

    @property
    def view(self) -> int:
        """Side of the window that is observed; 0 where observations are whole."""
        return 0 if self.whole is None else self.observation_shape[0]

    @classmethod
    def from_spaces(
        cls,
        name: str,
        observation_space: object,
        action_space: object,
        horizon: int,
        reset: Reset,
        step: Step,
        labels: Labels = NO_LABELS,
        pose: Pose = None,
    ) -> "Environment":
        """An environment whose spaces are described as gymnasium describes them.

        Args:
          name, horizon, reset, labels, pose: as above.
          observation_space: a Box, of hadax.tasks.rl.spaces or of another library.
          action_space: a Discrete or a Box, likewise.
          step: as above, but for actions as the space has them: in its shape, between its bounds.

        Raises:
          ConfigError: a space that cannot be held.
        """
        target = spaces.target_of(name, action_space)
        low, high = spaces.bounds_of(name, action_space)
        if isinstance(action_space, spaces.BoxLike) and low is not None and high is not None:
            step = spaces.StepInSpace(step, low, high, tuple(action_space.shape))
        return cls(
            name=name,
            observation_shape=spaces.observation_shape(name, observation_space),
            target=target,
            horizon=horizon,
            reset=reset,
            step=step,
            action_low=low,
            action_high=high,
            labels=labels,
            pose=pose,
        )


def _as_tuple(name: str, given: Any, kind: type, example: str) -> tuple[Any, ...]:
    """What is given as a tuple, a list or an array with one axis, as a tuple of such numbers.

    Raises:
      ConfigError: it is something else.
    """
    expected = f"must be a tuple of {'whole ' if kind is int else ''}numbers, as {example}"
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise ConfigError(name, given, expected) from error
    whole, real = (np.issubdtype(array.dtype, of) for of in (np.integer, np.floating))
    numbers = array.size == 0 or whole or (real and kind is float)
    require(array.ndim == 1 and numbers, name, given, expected)
    return tuple(kind(each) for each in array)
