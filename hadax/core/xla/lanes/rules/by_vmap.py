"""Operations that have no rule of their own."""

from collections.abc import Sequence
from typing import Any

import jax

from hadax.core.xla.lanes.program import Operation
from hadax.core.xla.lanes.values import Argument, Lanes


def by_vmap(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Lanes]:
    """What has no rule of its own is left to JAX."""
    del batch
    axes = tuple(-1 if isinstance(argument, Lanes) else None for argument in arguments)
    arrays = [each.array if isinstance(each, Lanes) else each for each in arguments]

    def of_one(*values: Any) -> list[Any]:
        return operation.bind(values)

    mapped = jax.vmap(of_one, in_axes=axes, out_axes=-1)
    return [Lanes(array) for array in mapped(*arrays)]
