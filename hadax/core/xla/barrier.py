"""Lines that XLA does not look across.

Its CPU compiler drops its own optimisation barriers before it merges loops and before it decides
which arrays can share memory, but leaves a call alone that it is told not to inline. That call
copies nothing.
"""

from typing import TypeVar

import jax
from jax.experimental.xla_metadata import set_xla_metadata

from hadax.core.xla.plain import plain

_Tree = TypeVar("_Tree")


def barrier(tree: _Tree) -> _Tree:
    """The same arrays, each written to memory before anything behind the barrier begins."""
    if plain():
        return tree
    with set_xla_metadata(inlineable="false"):
        return _identity(tree)


def barrier_on_cpu(tree: _Tree) -> _Tree:
    """A barrier where the program is compiled for a CPU; elsewhere the tree as it is."""
    if plain():
        return tree
    same: _Tree = jax.lax.platform_dependent(tree, cpu=barrier, default=_as_it_is)
    return same


def optimization_barrier(array: jax.Array) -> jax.Array:
    """The same array [...] behind XLA's own barrier, which no longer holds when loops merge.

    It holds while operations are rewritten: what lies on either side is not rewritten together.

    Args:
      array: of any shape.
    """
    return array if plain() else jax.lax.optimization_barrier(array)


@jax.jit
def _identity(tree: _Tree) -> _Tree:
    return tree


def _as_it_is(tree: _Tree) -> _Tree:
    return tree
