"""Which values of a program depend on what, and those that are known while tracing."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from hadax.core.xla.lanes.program import Constant, Operand, Operation, Program, Variable

# What runs once is not worth what making it fast takes.
_RUN_ONCE = {"xla_backend_optimization_level": 0}


def dependent(program: Program, inputs: Sequence[Operand]) -> set[Operand]:
    """All that depends on one of these inputs, they themselves among it."""
    found = set(inputs)
    for operation in program.operations:
        if any(operand in found for operand in operation.inputs):
            found.update(operation.outputs)
    return found


def evaluate_known(program: Program, wanted: Sequence[Operand]) -> dict[Operand, np.ndarray]:
    """The values of variables that depend on constants alone, computed at once.

    Args:
      program: what computes them.
      wanted: the variables.

    Returns:
      Their values by variable, each in its own shape [*shape].
    """
    needed: set[Operand] = set(wanted)
    chosen: list[Operation] = []
    for operation in reversed(program.operations):
        if any(output in needed for output in operation.outputs):
            needed.update(operation.inputs)
            chosen.append(operation)

    # In the order of their use, whatever a set's: what was compiled once is found again by it.
    used = dict.fromkeys(each for operation in chosen for each in operation.inputs)
    constants = [each for each in used if isinstance(each, Constant)]

    def evaluate(given: list[Any]) -> list[Any]:
        values: dict[Operand, Any] = dict(zip(constants, given, strict=True))
        for operation in reversed(chosen):
            arguments = [values[operand] for operand in operation.inputs]
            values.update(zip(operation.outputs, operation.bind(arguments), strict=True))
        return [values[variable] for variable in wanted]

    if not wanted:
        return {}
    with jax.ensure_compile_time_eval():
        # Given, for what is a constant within would be computed there and then, each by itself.
        results = jax.jit(evaluate, compiler_options=_RUN_ONCE)([each.value for each in constants])
        return dict(zip(wanted, map(np.asarray, results), strict=True))


def known_indices(program: Program) -> list[Variable]:
    """The indices of the program's gathers that depend on constants alone."""
    given = [operand for operand in program.inputs if isinstance(operand, Variable)]
    unknown = dependent(program, given)
    wanted = [each.inputs[1] for each in program.operations if each.name == "gather"]
    return [
        each for each in dict.fromkeys(wanted) if isinstance(each, Variable) and each not in unknown
    ]
