"""What is better computed one after another than for a whole batch at once."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp

_Result = TypeVar("_Result")


def one_after_another(function: Callable[[jax.Array], _Result]) -> Callable[[jax.Array], _Result]:
    """The function, whose examples are computed in turn under vmap, also with HADAX_PLAIN.

    A batched QR decomposition can wait for ever for its own threads on a CPU with two cores.

    Args:
      function: of one array [...] of any shape, to a pytree of arrays.
    """
    in_turn: Callable[[jax.Array], _Result] = jax.custom_batching.sequential_vmap(function)
    return in_turn


def apart_where_batched(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """The function, computed in turn under a vmap over its first argument.

    A branch that is chosen by a batched number is no branch: all of them are computed for all of
    the batch. In turn each is computed for itself; other arguments' batches stay together.

    Args:
      function: of a pytree that chooses, and of others, to a pytree of arrays.
    """
    apart = jax.custom_batching.custom_vmap(function)

    def in_turn(size: int, batched: Any, *arguments: Any) -> Any:
        def one(index: jax.Array) -> Any:
            taken = jax.tree.map(
                lambda leaf, each: leaf[index] if each else leaf, arguments, tuple(batched)
            )
            return apart(*taken)

        if any(jax.tree.leaves(batched[0])):
            results = jax.lax.map(one, jnp.arange(size))
        else:
            axes = jax.tree.map(lambda each: 0 if each else None, tuple(batched))
            results = jax.vmap(function, axes, axis_size=size)(*arguments)
        return results, jax.tree.map(lambda _: True, results)

    apart.def_vmap(in_turn)
    return apart
