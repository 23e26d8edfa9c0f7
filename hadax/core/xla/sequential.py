"""Library calls that XLA's CPU runtime cannot make for a whole batch at once."""

from collections.abc import Callable
from typing import TypeVar

import jax

_Result = TypeVar("_Result")


def one_after_another(function: Callable[[jax.Array], _Result]) -> Callable[[jax.Array], _Result]:
    """The function, whose examples are computed in turn under vmap, also with HADAX_PLAIN.

    A batched QR decomposition can wait for ever for its own threads on a CPU with two cores.

    Args:
      function: of one array [...] of any shape, to a pytree of arrays.
    """
    in_turn: Callable[[jax.Array], _Result] = jax.custom_batching.sequential_vmap(function)
    return in_turn
