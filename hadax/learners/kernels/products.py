"""Matrix products of a network's layers: which precision, and which way round."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

PRECISIONS: tuple[str, ...] = ("float32", "bfloat16")
"""What factors are rounded to; sums are float32 in both."""

_FEW_ROWS = 8
"""Up to so many rows a product costs what it takes to read the weights, in either precision."""

_NARROW = 16
"""Layers with fewer inputs or outputs are too small for their precision to matter."""

_REGISTER = 16
"""Rows that are turned at once: a vector register's."""

_MOST_TURNED = 16 * _REGISTER
"""Rows beyond which so many pieces would cost more to compile than they save."""


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def matrix_product(inputs: jax.Array, kernel: jax.Array, precision: str) -> jax.Array:
    """The product of inputs [rows, features] and kernel [features, outputs], float32.

    Processors with bfloat16 instructions multiply such factors twice as fast as float32. Where
    little is multiplied nothing is gained, so that factors stay as they are.

    Args:
      precision: one of PRECISIONS.
    """
    return _forward(inputs, kernel, precision)[0]


def _forward(
    inputs: jax.Array, kernel: jax.Array, precision: str
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    rows, smallest = inputs.shape[0], min(kernel.shape)
    if precision == "bfloat16" and rows > _FEW_ROWS and smallest >= _NARROW:
        inputs, kernel = _laid_out(rounded(inputs)), _laid_out(rounded(kernel))
    return _product(inputs, kernel), (inputs, kernel)


def _backward(
    precision: str, factors: tuple[jax.Array, jax.Array], cotangent: jax.Array
) -> tuple[jax.Array, jax.Array]:
    del precision
    inputs, kernel = factors
    if kernel.dtype == jnp.bfloat16:
        cotangent = _laid_out(rounded(cotangent))
    transposed = inputs.T if inputs.shape[0] <= _FEW_ROWS else _transposed(inputs)
    return _product(cotangent, kernel, contracted=1), _product(transposed, cotangent)


matrix_product.defvjp(_forward, _backward)


def layer_product(precision: str) -> Callable[..., jax.Array]:
    """matrix_product as flax.linen.Dense takes it, for its `dot_general`."""

    def of_layer(inputs: jax.Array, kernel: jax.Array, *_: Any, **__: Any) -> jax.Array:
        return matrix_product(inputs, kernel, precision)

    return of_layer


def rounded(array: jax.Array) -> jax.Array:
    """The nearest bfloat16, ties to even, as astype gives it; NaN stays NaN.

    Written on the bits, since XLA's own conversion takes four times as long on a CPU.
    """
    bits = jax.lax.bitcast_convert_type(array, jnp.uint32)
    odd = (bits >> 16) & jnp.uint32(1)
    nearest = ((bits + jnp.uint32(0x7FFF) + odd) >> 16).astype(jnp.uint16)
    # Carrying could make infinity, or zero, of a NaN.
    sound = jnp.where(jnp.isnan(array), jnp.uint16(0x7FC0), nearest)
    return jax.lax.bitcast_convert_type(sound, jnp.bfloat16)


def _product(left: jax.Array, right: jax.Array, contracted: int = 0) -> jax.Array:
    """Left [rows, inner] times right, whose axis `contracted` is the inner one."""
    product = jax.lax.dot_general(
        left, right, (((1,), (contracted,)), ((), ())), preferred_element_type=jnp.float32
    )
    # XLA for CPUs has bfloat16 products in one form only; without the barrier it may rewrite one
    # into another form, together with what surrounds it, and then fail.
    return jax.lax.optimization_barrier(product) if left.dtype == jnp.bfloat16 else product


def _transposed(array: jax.Array) -> jax.Array:
    """An array [rows, columns] the other way round; on a CPU also in memory."""
    turned: jax.Array = jax.lax.platform_dependent(array, cpu=_turned, default=jnp.transpose)
    return turned


def _turned(array: jax.Array) -> jax.Array:
    """The transpose, written out.

    XLA would fold a mere transpose into the product, which its CPU library then refuses; and it
    transposes sixteen rows, which fill a register, five times as fast as sixty-four.
    """
    rows = array.shape[0]
    if rows > _MOST_TURNED:
        return _laid_out(array.T)
    pieces = [array[start : start + _REGISTER] for start in range(0, rows, _REGISTER)]
    return _laid_out(jnp.concatenate([_laid_out(piece.T) for piece in pieces], axis=1))


def _laid_out(array: jax.Array) -> jax.Array:
    """The array with its rows one after the other in memory: XLA would choose its own order."""
    return jax.lax.optimization_barrier(array.reshape(-1)).reshape(array.shape)
