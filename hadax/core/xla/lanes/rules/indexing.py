"""Operations that read or write entries by their indices."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from hadax.core.xla.lanes.program import Operation
from hadax.core.xla.lanes.rules.by_vmap import by_vmap
from hadax.core.xla.lanes.values import Argument, Lanes, spread


def gather(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Reading: known rows as slices, which merge; what differs between examples by vmap."""
    operand, indices = arguments
    if not isinstance(operand, Lanes) or isinstance(indices, Lanes):
        return by_vmap(operation, arguments, batch)
    numbers = operation.params["dimension_numbers"]
    rank = len(operation.outputs[0].shape)
    sizes = operation.params["slice_sizes"]
    unknown = isinstance(indices, jax.core.Tracer)
    if not unknown and _takes_rows(numbers, sizes, operand.array.shape):
        places = [axis for axis in range(rank) if axis not in numbers.offset_dims]
        known, along = np.asarray(indices)[..., 0], numbers.start_index_map[0]
        if _all_there(known, operand.array.shape[along], operation.params["mode"]):
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


def _all_there(indices: np.ndarray, length: int, mode: lax.GatherScatterMode) -> bool:
    """Whether each index gives a row: where there is none the nearest does only if told so."""
    nearest = (lax.GatherScatterMode.CLIP, lax.GatherScatterMode.PROMISE_IN_BOUNDS)
    return mode in nearest or bool(np.all((indices >= 0) & (indices < length)))


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


def scatter(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Writing: all examples' entries in one operation, where they share the indices."""
    operand, indices, updates = arguments
    if isinstance(indices, Lanes):
        return by_vmap(operation, arguments, batch)
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
