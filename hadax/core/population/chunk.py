"""Evaluating a population a chunk at a time, so that a chunk's weights stay in cache."""

import math
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax.extend.core import jaxprs_in_params

from hadax.core.errors import require_count
from hadax.core.types import Population, Pytree
from hadax.core.xla.batch_of_one import vmap_or_call

_Result = TypeVar("_Result")

# What a core's share of a CPU's cache holds: training goes over every weight and its moments at
# each step, evaluation over the weights alone. More is faster where the last cache is large and
# nobody else's, and several times slower where it is not. On accelerators, a part of their memory.
# Found with the four workloads of benchmarks/same_work.py.
_CPU_TRAINING_BYTES = 4 * 2**20
_CPU_EVALUATION_BYTES = 6 * 2**20
_ACCELERATOR_BYTES = 4 * 2**30


# So many candidates, never computed with, that an array of a multiple of it has one part for each:
# a prime larger than any other axis is likely to be.
_MANY = 1_000_003


def map_in_chunks(
    function: Callable[[Population], _Result], population: Population, chunk: int
) -> _Result:
    """The function of every candidate: vectorised within chunks, one chunk after the other.

    Args:
      function: maps one candidate (or network) to a pytree of arrays.
      population: candidates along the leading axis [population, ...].
      chunk: candidates computed together, at least 1; the last chunk may be smaller.

    Returns:
      The results along a leading axis [population, ...].
    """
    require_count("chunk", chunk, 1)
    size = jax.tree.leaves(population)[0].shape[0]
    if chunk >= size:
        return vmap_or_call(function, population)
    return jax.lax.map(function, population, batch_size=chunk if chunk > 1 else None)


def map_in_blocks(
    function: Callable[[Population], _Result], population: Population, size: int
) -> _Result:
    """A function of several candidates at once, one block after the other.

    Args:
      function: maps candidates [block, ...] to a pytree of arrays [block, ...].
      population: candidates along the leading axis [population, ...].
      size: candidates of a block, at least 1; the last block may be smaller.

    Returns:
      The results along a leading axis [population, ...].
    """
    require_count("chunk", size, 1)
    count = jax.tree.leaves(population)[0].shape[0]
    if size >= count:
        return function(population)
    in_blocks = count - count % size
    blocks = jax.tree.map(
        lambda leaf: leaf[:in_blocks].reshape(in_blocks // size, size, *leaf.shape[1:]), population
    )
    results = jax.tree.map(
        lambda leaf: leaf.reshape(in_blocks, *leaf.shape[2:]), jax.lax.map(function, blocks)
    )
    if in_blocks == count:
        return results
    rest = function(jax.tree.map(lambda leaf: leaf[in_blocks:], population))
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), results, rest)


def training_chunk(network_bytes: int, population: int, inits: int, platform: str) -> int:
    """How many networks to train together: as many as the cache holds.

    Args:
      network_bytes: what one network keeps alive while it is trained.
      population: candidates on one device.
      inits: networks of one candidate.
      platform: "cpu", or another of JAX's platform names.

    Returns:
      A divisor of `inits`, or `inits` times a divisor of the population.
    """
    return _fitting(network_bytes, population, inits, platform, _CPU_TRAINING_BYTES)


def evaluation_chunk(network_bytes: int, population: int, inits: int, platform: str) -> int:
    """How many networks to evaluate together: as many as the cache holds.

    Args:
      network_bytes: what one network keeps alive while it is evaluated.
      population, inits, platform: as `training_chunk` takes them.

    Returns:
      A divisor of `inits`, or `inits` times a divisor of the population.
    """
    return _fitting(network_bytes, population, inits, platform, _CPU_EVALUATION_BYTES)


def _fitting(network_bytes: int, population: int, inits: int, platform: str, cache: int) -> int:
    budget = cache if platform == "cpu" else _ACCELERATOR_BYTES
    widest = budget // max(1, network_bytes)
    sizes = [*_divisors(inits), *(inits * candidates for candidates in _divisors(population))]
    return max((size for size in sizes if size <= widest), default=1)


def largest_divisor(number: int, most: int) -> int:
    """The largest divisor of a `number` that is at most `most`, both at least 1."""
    return max(size for size in _divisors(number) if size <= most)


def _divisors(number: int) -> list[int]:
    return [size for size in range(1, number + 1) if number % size == 0]


def bytes_per_candidate(
    function: Callable[..., Pytree], candidate: Pytree, *shared: Pytree
) -> tuple[int, Any]:
    """What one more candidate adds, from a trace that computes nothing.

    Args:
      function: of one candidate and of what all candidates share.
      candidate: shapes of one.
      shared: shapes of the other arguments; what is made of them alone is not counted.

    Returns:
      Bytes added to the largest array that the function makes, and the shapes of its result for one
      candidate.
    """
    several = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct((_MANY, *leaf.shape), leaf.dtype), candidate
    )
    mapped = jax.vmap(function, in_axes=(0, *(None for _ in shared)))
    traced, results = jax.make_jaxpr(mapped, return_shape=True)(several, *shared)
    made = _output_bytes(traced.jaxpr)
    largest = max((size // _MANY for size in made if size % _MANY == 0), default=0)
    alone = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape[1:], leaf.dtype), results)
    return largest, alone


def _output_bytes(jaxpr: Any) -> Iterator[int]:
    for equation in jaxpr.eqns:
        for variable in equation.outvars:
            shaped = variable.aval
            yield math.prod(shaped.shape) * shaped.dtype.itemsize
        for inner in jaxprs_in_params(equation.params):
            yield from _output_bytes(inner)
