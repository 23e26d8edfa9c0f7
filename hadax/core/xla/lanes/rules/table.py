"""How each primitive is done for many examples at once, with the batch on the last axis."""

from collections.abc import Sequence

from hadax.core.xla.lanes.primitives import ALONG_AXES, ELEMENTWISE
from hadax.core.xla.lanes.program import Operation
from hadax.core.xla.lanes.rules import arithmetic, indexing, moves
from hadax.core.xla.lanes.rules.by_vmap import by_vmap
from hadax.core.xla.lanes.values import Argument, Lanes, Rule

RULES: dict[str, Rule] = {
    **dict.fromkeys(ELEMENTWISE, arithmetic.elementwise),
    **dict.fromkeys(ALONG_AXES, arithmetic.along_axes),
    **dict.fromkeys(("reshape", "squeeze"), moves.reshape),
    **dict.fromkeys(("concatenate", "stack"), moves.joined),
    **dict.fromkeys(("scatter", "scatter-add"), indexing.scatter),
    "broadcast_in_dim": moves.broadcast,
    "dot_general": arithmetic.product,
    "gather": indexing.gather,
    "reduce_sum": arithmetic.reduce_sum,
    "slice": moves.take_slice,
    "tile": moves.tile,
    "transpose": moves.transpose,
}
"""Rules by a primitive's name; what has none is left to jax.vmap."""


def apply(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Argument]:
    """The operation's outputs; shared where all arguments are.

    Args:
      operation: one primitive.
      arguments: one for each operand; indices that are known come as numpy arrays.
      batch: examples side by side.
    """
    if not any(isinstance(argument, Lanes) for argument in arguments):
        return operation.bind(arguments)
    rule = RULES.get(operation.name, by_vmap)
    return list(rule(operation, arguments, batch))
