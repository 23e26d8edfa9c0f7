"""A program done for many examples at once, operation by operation."""

from collections.abc import Sequence
from typing import Any

import jax
from jax import lax
from jax.extend.core import ClosedJaxpr

from hadax.core.xla.barrier import barrier
from hadax.core.xla.lanes.dependence import dependent, evaluate_known, known_indices
from hadax.core.xla.lanes.fallback import OperationError
from hadax.core.xla.lanes.inlining import inline
from hadax.core.xla.lanes.materialize import materialized
from hadax.core.xla.lanes.program import Constant, Operand, Operation
from hadax.core.xla.lanes.rules.table import apply
from hadax.core.xla.lanes.values import Argument, Lanes, spread


def execute(closed: ClosedJaxpr, given: Sequence[Argument], batch: int) -> list[Argument]:
    """The results of a traced function for arguments of which some are Lanes.

    Args:
      closed: the function, of one example.
      given: its arguments; the others are shared by all examples.
      batch: examples side by side, at least 1.

    Raises:
      OperationError: an operation that cannot be done; says which.
    """
    known = {
        place: argument
        for place, argument in enumerate(given)
        if not isinstance(argument, Lanes | jax.core.Tracer)
    }
    program = inline(closed, known)
    values: dict[Operand, Argument] = dict(zip(program.inputs, given, strict=True))
    varying = dependent(program, [of for of, each in values.items() if isinstance(each, Lanes)])
    written = materialized(program, varying, batch)
    values.update(evaluate_known(program, known_indices(program)))

    def value(operand: Operand) -> Argument:
        return operand.value if isinstance(operand, Constant) else values[operand]

    for operation in program.operations:
        if all(output in values for output in operation.outputs):
            continue
        arguments = [value(operand) for operand in operation.inputs]
        outputs = _named(operation, arguments, batch)
        for variable, output in zip(operation.outputs, outputs, strict=True):
            values[variable] = Lanes(barrier(output.array)) if variable in written else output
    return [value(result) for result in program.results]


def _named(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Argument]:
    """The operation's outputs; what goes wrong names it, the innermost where one holds another."""
    try:
        outputs = _apply(operation, arguments, batch)
        _check_types(operation, outputs)
    except OperationError:
        raise
    except Exception as error:
        raise OperationError(operation.name) from error
    return outputs


def _check_types(operation: Operation, outputs: Sequence[Argument]) -> None:
    """What is of another type than it should be would be found too late to do without lanes."""
    for variable, output in zip(operation.outputs, outputs, strict=True):
        found = (output.array if isinstance(output, Lanes) else output).dtype
        if found != variable.dtype:
            raise TypeError(f"{found} in place of {variable.dtype}")


def _apply(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Argument]:
    if operation.name == "scan" and any(isinstance(each, Lanes) for each in arguments):
        return _scan(operation, arguments, batch)
    return apply(operation, arguments, batch)


def _scan(operation: Operation, arguments: Sequence[Argument], batch: int) -> list[Argument]:
    """A scan whose body goes over lanes; all that it carries has a batch axis."""
    params = operation.params
    shared, carried = _constants_and_carry(operation)
    constants, stacked = list(arguments[:shared]), arguments[shared + carried :]
    varies = [isinstance(each, Lanes) for each in stacked]

    def step(carry: list[jax.Array], at: list[jax.Array]) -> tuple[list[jax.Array], Any]:
        slices = [Lanes(x) if lane else x for x, lane in zip(at, varies, strict=True)]
        results = execute(params["jaxpr"], [*constants, *map(Lanes, carry), *slices], batch)
        arrays = [spread(each, batch) for each in results]
        return arrays[:carried], arrays[carried:]

    start = [spread(each, batch) for each in arguments[shared : shared + carried]]
    over = [each.array if isinstance(each, Lanes) else each for each in stacked]
    end, collected = lax.scan(
        step, start, over, params["length"], params["reverse"], params["unroll"]
    )
    return [Lanes(array) for array in [*end, *collected]]


def _constants_and_carry(scan: Operation) -> tuple[int, int]:
    """How many operands of a scan all its steps share, and how many it carries.

    Read off the shapes, since JAX's releases name these numbers differently: what is stacked over
    steps has one axis more outside of the body.
    """
    body = scan.params["jaxpr"]
    stacked_inputs = _count_stacked(scan.inputs, body.in_avals)
    carried = len(scan.outputs) - _count_stacked(scan.outputs, body.out_avals)
    return len(scan.inputs) - stacked_inputs - carried, carried


def _count_stacked(outside: Sequence[Operand], inside: Sequence[Any]) -> int:
    pairs = zip(outside, inside, strict=True)
    return sum(len(operand.shape) > len(shaped.shape) for operand, shaped in pairs)
