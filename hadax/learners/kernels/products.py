"""Matrix products of a network's layers, in float32 or bfloat16."""

import operator
from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.xla.barrier import optimization_barrier
from hadax.core.xla.layout import row_major, transposed
from hadax.core.xla.plain import plain
from hadax.core.xla.rounding import rounded_to_bfloat16, to_bfloat16

_FEW_ROWS = 8
"""Up to so many rows a product costs what it takes to read the weights, in either precision."""

_NARROW = 16
"""Layers with fewer inputs or outputs are too small for their precision to matter."""

_WRITTEN_OUT_ROWS = range(3, 17)
"""So many rows' outer products are added up in one loop; XLA does so itself up to two."""

_WRITTEN_OUT_WIDTH = 64
"""Layers with more inputs and outputs are multiplied as quickly as their weights are swept."""


def matrix_product(inputs: jax.Array, kernel: jax.Array, precision: str) -> jax.Array:
    """The product of inputs [rows, features] and kernel [features, outputs], float32.

    Processors with bfloat16 instructions multiply such factors twice as fast as float32. Where
    little is multiplied nothing is gained, so that factors stay as they are.

    Args:
      precision: one of hadax.learners.config.PRECISIONS: what factors are rounded to. Sums are
        float32 in both.
    """
    if not plain():
        product: jax.Array = _fast_product(inputs, kernel, precision)
        return product
    if rounds(inputs.shape[0], kernel, precision):
        inputs, kernel = rounded_to_bfloat16(inputs), rounded_to_bfloat16(kernel)
    return inputs @ kernel


def rounds(rows: int, kernel: jax.Array, precision: str) -> bool:
    """Whether a product rounds its factors.

    Args:
      rows: of the inputs.
      kernel: [features, outputs].
      precision: one of PRECISIONS.
    """
    return precision == "bfloat16" and rows > _FEW_ROWS and min(kernel.shape) >= _NARROW


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def _fast_product(inputs: jax.Array, kernel: jax.Array, precision: str) -> jax.Array:
    return _forward(inputs, kernel, precision)[0]


def _forward(
    inputs: jax.Array, kernel: jax.Array, precision: str
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    if rounds(inputs.shape[0], kernel, precision):
        inputs, kernel = row_major(to_bfloat16(inputs)), row_major(to_bfloat16(kernel))
    return _product(inputs, kernel), (inputs, kernel)


def _backward(
    precision: str, factors: tuple[jax.Array, jax.Array], cotangent: jax.Array
) -> tuple[jax.Array, jax.Array]:
    del precision
    inputs, kernel = factors
    if kernel.dtype == jnp.bfloat16:
        cotangent = row_major(to_bfloat16(cotangent))
    of_inputs = _product(cotangent, kernel, contracted=1)
    if kernel.dtype == jnp.float32 and _written_out(inputs.shape[0], kernel):
        return of_inputs, _outer_products(inputs, cotangent)
    transpose = inputs.T if inputs.shape[0] <= _FEW_ROWS else transposed(inputs)
    return of_inputs, _product(transpose, cotangent)


_fast_product.defvjp(_forward, _backward)


def _written_out(rows: int, kernel: jax.Array) -> bool:
    """Whether the gradient of a kernel is a sum of outer products, written out.

    XLA for CPUs has no quick product of a few rows turned round with a few outputs: for 64 inputs,
    3 outputs and 8 rows it takes twenty times as long.

    Args:
      rows: of the inputs.
      kernel: [features, outputs].
    """
    return rows in _WRITTEN_OUT_ROWS and min(kernel.shape) <= _WRITTEN_OUT_WIDTH


def _outer_products(inputs: jax.Array, cotangent: jax.Array) -> jax.Array:
    """Inputs [rows, features] turned round, times cotangent [rows, outputs], row by row."""
    products = (row[:, None] * moved for row, moved in zip(inputs, cotangent, strict=True))
    return reduce(operator.add, products)


def layer_product(precision: str) -> Callable[..., jax.Array]:
    """`matrix_product` as flax.linen.Dense takes it, for its `dot_general`.

    Args:
      precision: one of PRECISIONS.

    Returns:
      A function of inputs [rows, features] and a kernel [features, outputs], and of what else a
      dot_general is given, which it passes over.
    """

    def of_layer(inputs: jax.Array, kernel: jax.Array, *_: Any, **__: Any) -> jax.Array:
        return matrix_product(inputs, kernel, precision)

    return of_layer


def _product(left: jax.Array, right: jax.Array, contracted: int = 0) -> jax.Array:
    """Left [rows, inner] times right, whose axis `contracted` is the inner one."""
    product = jax.lax.dot_general(
        left, right, (((1,), (contracted,)), ((), ())), preferred_element_type=jnp.float32
    )
    # XLA for CPUs has bfloat16 products in one form only; without the barrier it may rewrite one
    # into another form, together with what surrounds it, and then fail.
    return optimization_barrier(product) if left.dtype == jnp.bfloat16 else product
