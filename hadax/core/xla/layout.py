"""Matrices in the order of memory that products want, which XLA would choose for itself."""

import jax
import jax.numpy as jnp

from hadax.core.xla.barrier import optimization_barrier
from hadax.core.xla.plain import plain

_REGISTER_ROWS = 16
"""Rows that are transposed at once: a vector register's."""

_MOST_ROWS = 16 * _REGISTER_ROWS
"""Rows beyond which so many pieces would cost more to compile than they save."""


def row_major(array: jax.Array) -> jax.Array:
    """The array [rows, columns], its rows one after the other in memory."""
    return array if plain() else optimization_barrier(array.reshape(-1)).reshape(array.shape)


def transposed(array: jax.Array) -> jax.Array:
    """The transpose [columns, rows] of an array [rows, columns]; on a CPU also in memory."""
    if plain():
        return array.T
    transpose: jax.Array = jax.lax.platform_dependent(
        array, cpu=_transposed_in_memory, default=jnp.transpose
    )
    return transpose


def _transposed_in_memory(array: jax.Array) -> jax.Array:
    """The transpose, written out.

    XLA would fold a mere transpose into the product, which its CPU library then refuses; and it
    transposes sixteen rows, which fill a register, five times as fast as sixty-four.
    """
    rows = array.shape[0]
    if rows > _MOST_ROWS:
        return row_major(array.T)
    starts = range(0, rows, _REGISTER_ROWS)
    pieces = [array[start : start + _REGISTER_ROWS] for start in starts]
    return row_major(jnp.concatenate([row_major(piece.T) for piece in pieces], axis=1))
