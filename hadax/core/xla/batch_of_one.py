"""Batches that are one long, which XLA's CPU compiler handles badly."""

from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp

from hadax.core.types import Population
from hadax.core.xla.plain import plain

_Result = TypeVar("_Result")


def vmap_or_call(function: Callable[[Population], _Result], population: Population) -> _Result:
    """The function vectorised over a leading axis, or called as it is where that axis is one long.

    Under vmap even one network's weights have a batch axis, and XLA's CPU compiler then writes
    their gradients transposed: training was three times slower.

    Args:
      function: maps one candidate (or network) to a pytree of arrays.
      population: candidates along the leading axis [population, ...].

    Returns:
      The results along a leading axis [population, ...].
    """
    if plain() or jax.tree.leaves(population)[0].shape[0] > 1:
        return jax.vmap(function)(population)
    only = function(jax.tree.map(lambda leaf: leaf[0], population))
    result: _Result = jax.tree.map(lambda leaf: jnp.expand_dims(leaf, 0), only)
    return result
