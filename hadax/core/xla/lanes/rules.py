"""How each primitive is done for many examples at once, with the batch on the last axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hadax.core.xla.lanes.primitives import ALONG_AXES, ELEMENTWISE
from hadax.core.xla.lanes.program import Operation

# Sums of so few terms are written out: XLA gives each sum that it is asked for a loop of its own.
_FEW_TERMS = 16


@dataclass(frozen=True)
class Lanes:
    """A value that differs between examples.

    Attributes:
      array: [*shape, batch].
    """

    array: jax.Array


Argument: TypeAlias = Lanes | Any
"""A value of many examples, or one that they share."""

Rule: TypeAlias = Callable[[Operation, Sequence[Argument], int], list[Lanes]]
"""An operation on arguments, some of them Lanes, for a batch of that many examples."""


def apply(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Argument]:
    """The operation's outputs; shared where all arguments are.

    Args:
      operation: one primitive.
      arguments: one for each operand; indices that are known come as numpy arrays.
      batch: examples side by side.
    """
    if not any(isinstance(argument, Lanes) for argument in arguments):
        return operation.bind(arguments)
    rule = _elementwise if operation.name in ELEMENTWISE else _RULES.get(operation.name, _by_vmap)
    return list(rule(operation, arguments, batch))


def spread(argument: Argument, batch: int) -> jax.Array:
    """The argument as [*shape, batch], repeated where it is shared."""
    if isinstance(argument, Lanes):
        return argument.array
    shared = jnp.asarray(argument)
    return jnp.broadcast_to(shared[..., None], (*shared.shape, batch))


def _by_vmap(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """What has no rule of its own is left to JAX."""
    del batch
    axes = tuple(-1 if isinstance(argument, Lanes) else None for argument in arguments)
    arrays = [each.array if isinstance(each, Lanes) else each for each in arguments]

    def of_one(*values: Any) -> list[Any]:
        return operation.bind(values)

    mapped = jax.vmap(of_one, in_axes=axes, out_axes=-1)
    return [Lanes(array) for array in mapped(*arrays)]


def _elementwise(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    full = (*operation.outputs[0].shape, batch)

    def widened(argument: Argument) -> jax.Array:
        if isinstance(argument, Lanes):
            missing = len(full) - argument.array.ndim
            array = argument.array.reshape((1,) * missing + argument.array.shape)
        else:
            array = jnp.asarray(argument)[..., None]
        return jnp.broadcast_to(array, full)

    return [Lanes(array) for array in operation.bind([widened(each) for each in arguments])]


def _along_axes(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Operations along axes that they name, all before the batch."""
    if not all(isinstance(argument, Lanes) for argument in arguments):
        return _by_vmap(operation, arguments, batch)
    return [Lanes(array) for array in operation.bind([each.array for each in arguments])]


def _sum(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    del batch
    return [Lanes(_summed(arguments[0].array, operation.params["axes"]))]


def _summed(array: jax.Array, axes: Sequence[int]) -> jax.Array:
    for axis in sorted(axes, reverse=True):
        terms = array.shape[axis]
        if 0 < terms <= _FEW_TERMS:
            parts = [lax.index_in_dim(array, at, axis, keepdims=False) for at in range(terms)]
            array = reduce(jnp.add, parts)
        else:
            array = jnp.sum(array, axis)
    return array


def _product(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A product of small arrays, as a sum of products entry by entry."""
    contracted, shared = operation.params["dimension_numbers"]
    free = [
        [axis for axis in range(len(operand.shape)) if axis not in (*inner, *outer)]
        for operand, inner, outer in zip(operation.inputs, contracted, shared, strict=True)
    ]

    def arranged(side: int) -> jax.Array:
        argument = arguments[side]
        array = argument.array if isinstance(argument, Lanes) else jnp.asarray(argument)[..., None]
        array = array.transpose(*shared[side], *free[side], *contracted[side], array.ndim - 1)
        first = len(shared[0]) + (len(free[0]) if side == 0 else 0)
        absent = range(first, first + len(free[1 - side]))
        return jnp.expand_dims(array, tuple(absent))

    products = arranged(0) * arranged(1)
    last = products.ndim - 1
    sums = _summed(products, range(last - len(contracted[0]), last))
    return [Lanes(jnp.broadcast_to(sums, (*sums.shape[:-1], batch)))]


def _take(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    operand, indices = arguments
    if not isinstance(operand, Lanes) or isinstance(indices, Lanes):
        return _by_vmap(operation, arguments, batch)
    numbers = operation.params["dimension_numbers"]
    rank = len(operation.outputs[0].shape)
    sizes = operation.params["slice_sizes"]
    unknown = isinstance(indices, jax.core.Tracer)
    if not unknown and _takes_rows(numbers, sizes, operand.array.shape):
        places = [axis for axis in range(rank) if axis not in numbers.offset_dims]
        known, along = np.asarray(indices)[..., 0], numbers.start_index_map[0]
        return [Lanes(_rows(operand.array, known, along, places))]
    params = {
        **operation.params,
        "dimension_numbers": numbers._replace(offset_dims=(*numbers.offset_dims, rank)),
        "slice_sizes": (*sizes, batch),
    }
    wider = replace(operation, params=params)
    return [Lanes(array) for array in wider.bind([operand.array, jnp.asarray(indices)])]


def _takes_rows(numbers: Any, sizes: Sequence[int], shape: Sequence[int]) -> bool:
    """Whether a gather takes whole rows along one axis."""
    along = numbers.start_index_map
    return (
        len(along) == 1
        and not numbers.operand_batching_dims
        and tuple(numbers.collapsed_slice_dims) == tuple(along)
        and all(sizes[axis] == shape[axis] for axis in range(len(sizes)) if axis != along[0])
    )


def _rows(array: jax.Array, indices: np.ndarray, axis: int, places: Sequence[int]) -> jax.Array:
    """Rows along an axis by known indices, whose axes go to `places`: slices, so as to merge."""
    wanted = np.clip(indices.ravel(), 0, array.shape[axis] - 1)
    breaks = [at for at, (one, next_) in enumerate(pairwise(wanted), 1) if next_ != one + 1]
    runs = [run for run in np.split(wanted, breaks) if run.size]
    if not runs:
        rows = lax.slice_in_dim(array, 0, 0, axis=axis)
    else:
        slices = [lax.slice_in_dim(array, run[0], run[-1] + 1, axis=axis) for run in runs]
        rows = lax.concatenate(slices, axis)
    rows = rows.reshape((*array.shape[:axis], *indices.shape, *array.shape[axis + 1 :]))
    return jnp.moveaxis(rows, range(axis, axis + indices.ndim), places)


def _scatter(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    operand, indices, updates = arguments
    if isinstance(indices, Lanes):
        return _by_vmap(operation, arguments, batch)
    numbers = operation.params["dimension_numbers"]
    rank = len(operation.inputs[2].shape)
    windows = (*numbers.update_window_dims, rank)
    wider = replace(
        operation,
        params={
            **operation.params,
            "dimension_numbers": numbers._replace(update_window_dims=windows),
        },
    )
    operands = [spread(operand, batch), jnp.asarray(indices), spread(updates, batch)]
    return [Lanes(array) for array in wider.bind(operands)]


def _reshape(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    return [Lanes(arguments[0].array.reshape((*operation.outputs[0].shape, batch)))]


def _transpose(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    del batch
    permutation = operation.params["permutation"]
    return [Lanes(arguments[0].array.transpose((*permutation, len(permutation))))]


def _broadcast(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    shape, axes = operation.params["shape"], operation.params["broadcast_dimensions"]
    array = arguments[0].array
    return [Lanes(lax.broadcast_in_dim(array, (*shape, batch), (*axes, len(shape))))]


def _slice(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    params = operation.params
    strides = params["strides"] or (1,) * len(params["start_indices"])
    start, limit = (*params["start_indices"], 0), (*params["limit_indices"], batch)
    return [Lanes(lax.slice(arguments[0].array, start, limit, (*strides, 1)))]


def _joined(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    return [Lanes(array) for array in operation.bind([spread(each, batch) for each in arguments])]


def _tile(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    del batch
    return [Lanes(jnp.tile(arguments[0].array, (*operation.params["reps"], 1)))]


_RULES: dict[str, Rule] = {
    **dict.fromkeys(ALONG_AXES, _along_axes),
    **dict.fromkeys(("reshape", "squeeze"), _reshape),
    **dict.fromkeys(("concatenate", "stack"), _joined),
    **dict.fromkeys(("scatter", "scatter-add"), _scatter),
    "broadcast_in_dim": _broadcast,
    "dot_general": _product,
    "gather": _take,
    "reduce_sum": _sum,
    "slice": _slice,
    "tile": _tile,
    "transpose": _transpose,
}
