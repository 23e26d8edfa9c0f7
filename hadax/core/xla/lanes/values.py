"""Values of many examples at once, the batch on the last axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from hadax.core.xla.lanes.program import Operation


@dataclass(frozen=True)
class Lanes:
    """A value that differs between examples.

    Attributes:
      array: [*shape, batch].
    """

    array: jax.Array


Argument: TypeAlias = Lanes | Any
"""A value of many examples, or one that they share."""

Rule: TypeAlias = Callable[[Operation, Sequence[Argument], int], list[Lanes]]
"""An operation, its operands' values (some of them Lanes), and the examples of a batch.

All outputs are Lanes [*shape, batch], whichever operands the examples share.
"""


def spread(argument: Argument, batch: int) -> jax.Array:
    """The argument as [*shape, batch], repeated where it is shared."""
    if isinstance(argument, Lanes):
        return argument.array
    shared = jnp.asarray(argument)
    return jnp.broadcast_to(shared[..., None], (*shared.shape, batch))
