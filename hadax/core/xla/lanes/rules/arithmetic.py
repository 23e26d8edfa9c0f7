"""Operations that compute: entry by entry, along axes, sums and products."""

from collections.abc import Sequence
from functools import reduce

import jax
import jax.numpy as jnp
from jax import lax

from hadax.core.xla.lanes.program import Operation
from hadax.core.xla.lanes.rules.by_vmap import by_vmap
from hadax.core.xla.lanes.values import Argument, Lanes

# Sums of so few terms are written out: XLA gives each sum that it is asked for a loop of its own.
_FEW_TERMS = 16


def elementwise(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Operations whose operands have the output's shape, or none."""
    full = (*operation.outputs[0].shape, batch)

    def widened(argument: Argument) -> jax.Array:
        if isinstance(argument, Lanes):
            missing = len(full) - argument.array.ndim
            array = argument.array.reshape((1,) * missing + argument.array.shape)
        else:
            array = jnp.asarray(argument)[..., None]
        return jnp.broadcast_to(array, full)

    return [Lanes(array) for array in operation.bind([widened(each) for each in arguments])]


def along_axes(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Operations along axes that they name, all before the batch."""
    if not all(isinstance(argument, Lanes) for argument in arguments):
        return by_vmap(operation, arguments, batch)
    return [Lanes(array) for array in operation.bind([each.array for each in arguments])]


def reduce_sum(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A sum, of few terms as a chain of additions."""
    del batch
    return [Lanes(_summed(arguments[0].array, operation.params["axes"]))]


def _summed(array: jax.Array, axes: Sequence[int]) -> jax.Array:
    for axis in sorted(axes, reverse=True):
        terms = array.shape[axis]
        if 0 < terms <= _FEW_TERMS:
            parts = [lax.index_in_dim(array, at, axis, keepdims=False) for at in range(terms)]
            array = reduce(jnp.add, parts)
        else:
            # jnp.sum widens small integers, and counts what is true.
            array = jnp.sum(array, axis).astype(array.dtype)
    return array


def product(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A product of small arrays, as a sum of products entry by entry."""
    contracted, shared = operation.params["dimension_numbers"]
    free = [
        [axis for axis in range(len(operand.shape)) if axis not in (*inner, *outer)]
        for operand, inner, outer in zip(operation.inputs, contracted, shared, strict=True)
    ]

    def arranged(side: int) -> jax.Array:
        argument = arguments[side]
        array = argument.array if isinstance(argument, Lanes) else jnp.asarray(argument)[..., None]
        # Products are summed in the output's type, which may be wider than the operands'.
        array = array.astype(operation.outputs[0].dtype)
        array = array.transpose(*shared[side], *free[side], *contracted[side], array.ndim - 1)
        first = len(shared[0]) + (len(free[0]) if side == 0 else 0)
        absent = range(first, first + len(free[1 - side]))
        return jnp.expand_dims(array, tuple(absent))

    products = arranged(0) * arranged(1)
    last = products.ndim - 1
    sums = _summed(products, range(last - len(contracted[0]), last))
    return [Lanes(jnp.broadcast_to(sums, (*sums.shape[:-1], batch)))]
