"""Operations that only move entries."""

from collections.abc import Sequence

import jax.numpy as jnp
from jax import lax

from hadax.core.xla.lanes.program import Operation
from hadax.core.xla.lanes.values import Argument, Lanes, spread


def reshape(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A reshape of every example."""
    return [Lanes(arguments[0].array.reshape((*operation.outputs[0].shape, batch)))]


def transpose(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A transpose of all axes but the batch."""
    del batch
    permutation = operation.params["permutation"]
    return [Lanes(arguments[0].array.transpose((*permutation, len(permutation))))]


def broadcast(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Repetition along new axes."""
    shape, axes = operation.params["shape"], operation.params["broadcast_dimensions"]
    array = arguments[0].array
    return [Lanes(lax.broadcast_in_dim(array, (*shape, batch), (*axes, len(shape))))]


def take_slice(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """A slice of every example."""
    params = operation.params
    strides = params["strides"] or (1,) * len(params["start_indices"])
    start, limit = (*params["start_indices"], 0), (*params["limit_indices"], batch)
    return [Lanes(lax.slice(arguments[0].array, start, limit, (*strides, 1)))]


def joined(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Arrays one after the other, those that examples share repeated."""
    return [Lanes(array) for array in operation.bind([spread(each, batch) for each in arguments])]


def tile(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """Repetition along axes that are there."""
    del batch
    return [Lanes(jnp.tile(arguments[0].array, (*operation.params["reps"], 1)))]
