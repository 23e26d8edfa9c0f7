"""Evaluating a population a chunk at a time, so that a chunk's weights stay in cache."""

from collections.abc import Callable
from typing import TypeVar

import jax

from hadax.core.errors import require
from hadax.core.types import Population

_Result = TypeVar("_Result")

# Working memory that a chunk may fill before it falls out of cache: a CPU core's L2 and its share
# of L3, found with the CartPole workload at widths 64 and 512; on accelerators, a part of their
# memory.
_CPU_BYTES = 4 * 2**20
_ACCELERATOR_BYTES = 4 * 2**30


def map_in_chunks(
    function: Callable[[Population], _Result], population: Population, chunk: int
) -> _Result:
    """The function of every candidate: vectorised within chunks, one chunk after the other.

    Args:
      function: maps one candidate to a pytree of arrays.
      population: candidates along the leading axis [population, ...].
      chunk: candidates evaluated together, at least 1; the last chunk may be smaller.

    Returns:
      The results along a leading axis [population, ...].
    """
    require(chunk >= 1, "chunk", chunk, "must be at least 1")
    size = jax.tree.leaves(population)[0].shape[0]
    if chunk >= size:
        return jax.vmap(function)(population)
    return jax.lax.map(function, population, batch_size=chunk)


def auto_chunk(candidate_bytes: int, population: int, platform: str) -> int:
    """The chunk whose working memory fits the cache, a divisor of the population.

    Args:
      candidate_bytes: what one candidate keeps alive while it is trained and evaluated.
      population: candidates on one device.
      platform: "cpu", or another of JAX's platform names.
    """
    budget = _CPU_BYTES if platform == "cpu" else _ACCELERATOR_BYTES
    widest = max(1, budget // max(1, candidate_bytes))
    return max(
        size for size in range(1, population + 1) if population % size == 0 and size <= widest
    )


def tree_bytes(tree: object) -> int:
    """Bytes of all arrays (or shapes of arrays) in a pytree."""
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
