"""Where a program's values are written to memory, instead of computed again for each use.

XLA's CPU compiler merges elementwise operations into the loops of all that use them, and so
computes a value that is used ten times ten times over, with all that it is made of. In a
simulator's step, whose values are small and used often, most of the time would go there.
"""

import math
from collections import defaultdict

from hadax.core.xla.lanes.primitives import ELEMENTWISE, MOVES
from hadax.core.xla.lanes.program import Operand, Operation, Program, Variable

# What a vector function of that name takes, in operations on one entry; 1 where it is not named.
_COSTS = {
    **dict.fromkeys(("div",), 3),
    **dict.fromkeys(("rsqrt", "sqrt"), 4),
    **dict.fromkeys(("exp", "log", "logistic", "rem", "tanh"), 10),
    **dict.fromkeys(("cos", "pow", "sin"), 20),
    **dict.fromkeys(("acos", "asin", "atan2"), 30),
}

# A loop of its own costs some 100 ns, in which one core does about so many operations; of 500,
# 2,000, 8,000 and 30,000 the last two were fastest for the hopper's 32 and 512 episodes.
_WORTH_A_LOOP = 16_000

# Operations on one entry beyond which a loop's code is no longer quick to compile.
_LONGEST = 300

# What can't be merged is computed once whatever is done here.
_UNMERGED = 0.0

# A scan's body reads what it is given at every step.
_USES_OF_A_LOOP = 5.0


def materialized(program: Program, varying: set[Operand], batch: int) -> set[Variable]:
    """The variables that are written to memory, a barrier behind each.

    Args:
      program: the operations.
      varying: what has a batch axis.
      batch: examples side by side, at least 1.
    """
    uses = _uses(program)
    costs: dict[Variable, float] = defaultdict(float)
    chosen = set()
    for operation in program.operations:
        cost = _cost(operation, costs)
        for output in operation.outputs:
            wasted = (uses[output] - 1) * cost * output.size * batch
            worth_it = cost > _LONGEST or (wasted > _WORTH_A_LOOP and operation.name not in MOVES)
            if output in varying and worth_it:
                chosen.add(output)
            else:
                costs[output] = cost
    return chosen


def _contracted(operation: Operation) -> int:
    """Products that a dot_general sums for each of its entries."""
    (axes, _), _ = operation.params["dimension_numbers"]
    return math.prod(operation.inputs[0].shape[axis] for axis in axes)


def _uses(program: Program) -> dict[Variable, float]:
    """How often each variable's entries are read, on average, moves not counted."""
    uses: dict[Variable, float] = defaultdict(float)
    for result in program.results:
        if isinstance(result, Variable):
            uses[result] += 1
    for operation in reversed(program.operations):
        read = sum(uses[output] * output.size for output in operation.outputs)
        for operand in operation.inputs:
            if not isinstance(operand, Variable):
                continue
            if operation.name == "concatenate":
                uses[operand] += uses[operation.outputs[0]]
            elif operation.name in MOVES:
                uses[operand] += read / max(1, operand.size)
            elif operation.name == "dot_general":
                products = operation.outputs[0].size * _contracted(operation)
                uses[operand] += products / max(1, operand.size)
            else:
                uses[operand] += _USES_OF_A_LOOP if operation.name == "scan" else 1
    return uses


def _cost(operation: Operation, costs: dict[Variable, float]) -> float:
    """Operations that one entry of the outputs takes, from what lies in memory."""
    name = operation.name
    below = [costs[of] for of in operation.inputs if isinstance(of, Variable)]
    if name in MOVES or name == "gather":
        return max(below, default=0.0) + (name == "concatenate")
    if name == "dot_general":
        return _contracted(operation) * (sum(below) + 2)
    if name == "reduce_sum":
        return sum(below) * operation.inputs[0].size / max(1, operation.outputs[0].size)
    if name in ELEMENTWISE:
        return sum(below) + _COSTS.get(name, 1)
    return _UNMERGED
