"""Spaces as other libraries describe them, gymnasium's and gymnax's among them, by attributes.

`Box` is hadax's own, for authors who have no library at hand; for a choice of actions there is
`Discrete`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.errors import ConfigError, require
from hadax.core.specification import Continuous, TargetSpec
from hadax.core.specification import Discrete as Discrete
from hadax.core.types import Key


@dataclass(frozen=True)
class Box:
    """Arrays between two bounds.

    Attributes:
      low: the least value of an entry, or of each.
      high: the largest.
      shape: the arrays' shape.
    """

    low: float | tuple[float, ...] = -math.inf
    high: float | tuple[float, ...] = math.inf
    shape: tuple[int, ...] = (1,)


@runtime_checkable
class BoxLike(Protocol):
    """An array space of any library."""

    low: Any
    high: Any
    shape: Any


@runtime_checkable
class ChoiceLike(Protocol):
    """A space of so many choices of any library."""

    n: Any
    shape: Any


@runtime_checkable
class Started(Protocol):
    """A space of choices that are not counted from zero."""

    start: Any


def observation_shape(name: str, space: object) -> tuple[int, ...]:
    """The shape of what is observed.

    Args:
      name: the environment's, for the message.
      space: a Box of any library.

    Raises:
      ConfigError: anything but one array.
    """
    if not isinstance(space, BoxLike):
        raise ConfigError("task", name, f"observes {space}, which is not one array")
    return tuple(int(side) for side in space.shape)


def target_of(name: str, space: object) -> TargetSpec:
    """What a network answers in a space of actions.

    Args:
      name: the environment's, for the message.
      space: Discrete of hadax, or a Discrete or Box of any library.

    Raises:
      ConfigError: neither one choice, counted from zero, nor one array.
    """
    if isinstance(space, Discrete):
        return space
    if isinstance(space, BoxLike):
        return Continuous(math.prod(int(side) for side in space.shape))
    # Several choices have a start each: whether it is one is asked first.
    if isinstance(space, ChoiceLike) and tuple(space.shape) == () and _counts_from_zero(space):
        return Discrete(int(space.n))
    expected = f"acts in {space}, which is neither one choice, counted from 0, nor one array"
    raise ConfigError("task", name, expected)


def _counts_from_zero(choice: ChoiceLike) -> bool:
    return not isinstance(choice, Started) or int(choice.start) == 0


def bounds_of(
    name: str, space: object
) -> tuple[tuple[float, ...], tuple[float, ...]] | tuple[None, None]:
    """The lowest and the highest action, entry by entry; None and None for choices.

    Args:
      name: the environment's, for the message.
      space: a space of actions that `target_of` accepts.

    Raises:
      ConfigError: bounds that are not finite, or a low one above its high one.
    """
    if not isinstance(space, BoxLike):
        return None, None
    low, high = (
        tuple(float(each) for each in np.broadcast_to(np.asarray(bound), space.shape).ravel())
        for bound in (space.low, space.high)
    )
    finite = all(math.isfinite(bound) for bound in (*low, *high))
    require(finite, "task", name, f"acts in {space}, whose bounds must be finite")
    ordered = all(least <= most for least, most in zip(low, high, strict=True))
    require(ordered, "task", name, f"acts in {space}, whose low must not be above its high")
    return low, high


@dataclass(frozen=True)
class StepInSpace:
    """An environment's step for actions in [-1, 1], from one for actions of a space.

    Attributes:
      step: as in Environment, but for actions [*shape] between the bounds.
      low: the lowest action, entry by entry.
      high: the highest.
      shape: the space's.
    """

    step: Callable[[Key, Any, jax.Array], tuple[Any, jax.Array, jax.Array, jax.Array]]
    low: tuple[float, ...]
    high: tuple[float, ...]
    shape: tuple[int, ...]

    def __call__(
        self, key: Key, state: Any, action: jax.Array
    ) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        """The step for an action float32 [entries] in [-1, 1]."""
        return self.step(key, state, scaled(action, self.low, self.high).reshape(self.shape))


def scaled(actions: jax.Array, low: tuple[float, ...], high: tuple[float, ...]) -> jax.Array:
    """Actions [..., entries] from -1 to 1 put between bounds: -1 becomes `low`, 1 `high`.

    Args:
      actions: float32 [..., entries].
      low, high: the bounds, a number for each entry.
    """
    lowest, highest = jnp.asarray(low, jnp.float32), jnp.asarray(high, jnp.float32)
    return lowest + (actions + 1) / 2 * (highest - lowest)
