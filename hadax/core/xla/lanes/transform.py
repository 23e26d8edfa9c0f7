"""vmap with the batch on the last axis: what a simulator of small arrays needs on a CPU.

jax.vmap puts the batch first, so that the innermost loops go over the three entries of a vector,
and its products of small matrices are calls of a library. With the batch last each operation is a
loop over the episodes, which fills the processor's vectors and merges with the next one.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend.core import ClosedJaxpr, Primitive, jaxpr_as_fun
from jax.interpreters import batching, mlir

from hadax.core.xla.barrier import fence
from hadax.core.xla.lanes.fences import fences
from hadax.core.xla.lanes.program import (
    Constant,
    Operand,
    Operation,
    Program,
    Variable,
    dependent,
    evaluate_known,
    inline,
)
from hadax.core.xla.lanes.rules import Argument, Lanes, apply, spread
from hadax.core.xla.traces import Function, traced_once

# The episodes that fill a processor's vector; with fewer, the hopper steps faster under plain vmap.
_FEWEST = 8


def lanes(function: Function) -> Function:
    """The function, which on a CPU does what vmap asks of it with the batch on the last axis.

    Same results as without, up to rounding; any number of vmaps around it becomes one batch. What
    has no rule here is left to jax.vmap, and so are batches of fewer than eight. It can't be
    differentiated.

    Args:
      function: of pytrees of arrays, of one example.
    """
    trace = traced_once(function)

    def of_one(*arguments: Any) -> Any:
        flat, program, structure = trace(*arguments)
        return jax.tree.unflatten(structure, _step.bind(*flat, program=program, batch=None))

    return of_one


# A primitive, since it is written out only when its batch is known in full: JAX's custom_vmap would
# trace the function anew for each of the vmaps around it.
_step = Primitive("lanes")
_step.multiple_results = True


def _shapes(*arguments: Any, program: ClosedJaxpr, batch: int | None) -> list[Any]:
    del arguments
    lead = () if batch is None else (batch,)
    return [shaped.update(shape=(*lead, *shaped.shape)) for shaped in program.out_avals]


def _execute(*arguments: Any, program: ClosedJaxpr, batch: int | None) -> list[Any]:
    run = partial(_step.bind, program=program, batch=batch)
    results: list[Any] = jax.jit(run)(*arguments)
    return results


def _one_more(
    arguments: Sequence[Any], axes: Sequence[Any], *, program: ClosedJaxpr, batch: int | None
) -> tuple[list[Any], list[int]]:
    """One more vmap: its axis and the batch so far are one batch."""
    size = next(
        argument.shape[axis]
        for argument, axis in zip(arguments, axes, strict=True)
        if axis is not None
    )
    repeated = [
        jnp.broadcast_to(argument, (size, *argument.shape))
        if axis is None
        else jnp.moveaxis(argument, axis, 0)
        for argument, axis in zip(arguments, axes, strict=True)
    ]
    if batch is None:
        results = _step.bind(*repeated, program=program, batch=size)
    else:
        merged = [leaf.reshape(size * batch, *leaf.shape[2:]) for leaf in repeated]
        together = _step.bind(*merged, program=program, batch=size * batch)
        results = [leaf.reshape(size, batch, *leaf.shape[1:]) for leaf in together]
    return results, [0] * len(results)


def _as_vmap(*arguments: jax.Array, program: ClosedJaxpr, batch: int | None) -> Any:
    function = jaxpr_as_fun(program)
    return function(*arguments) if batch is None else jax.vmap(function)(*arguments)


def _as_lanes(*arguments: jax.Array, program: ClosedJaxpr, batch: int | None) -> Any:
    if batch is None or batch < _FEWEST:
        return _as_vmap(*arguments, program=program, batch=batch)
    given = [Lanes(jnp.moveaxis(argument, 0, -1)) for argument in arguments]
    results = [spread(each, batch) for each in _run(program, given, batch)]
    return [jnp.moveaxis(result, -1, 0) for result in results]


_step.def_abstract_eval(_shapes)
_step.def_impl(_execute)
batching.primitive_batchers[_step] = _one_more
mlir.register_lowering(_step, mlir.lower_fun(_as_vmap, multiple_results=True))
mlir.register_lowering(_step, mlir.lower_fun(_as_lanes, multiple_results=True), platform="cpu")


def _run(closed: ClosedJaxpr, given: Sequence[Argument], batch: int) -> list[Argument]:
    """The results of a traced function for arguments of which some are Lanes."""
    known = {
        place: argument
        for place, argument in enumerate(given)
        if not isinstance(argument, Lanes | jax.core.Tracer)
    }
    program = inline(closed, known)
    values: dict[Operand, Argument] = dict(zip(program.inputs, given, strict=True))
    varying = dependent(program, [of for of, each in values.items() if isinstance(each, Lanes)])
    fenced = fences(program, varying, batch)
    values.update(evaluate_known(program, _indices(program)))

    def value(operand: Operand) -> Argument:
        return operand.value if isinstance(operand, Constant) else values[operand]

    for operation in program.operations:
        if all(output in values for output in operation.outputs):
            continue
        arguments = [value(operand) for operand in operation.inputs]
        outputs = _apply(operation, arguments, batch)
        for variable, output in zip(operation.outputs, outputs, strict=True):
            values[variable] = Lanes(fence(output.array)) if variable in fenced else output
    return [value(result) for result in program.results]


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
        results = _run(params["jaxpr"], [*constants, *map(Lanes, carry), *slices], batch)
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


def _indices(program: Program) -> list[Variable]:
    """The indices of the program's gathers that depend on constants alone."""
    given = [operand for operand in program.inputs if isinstance(operand, Variable)]
    unknown = dependent(program, given)
    wanted = [each.inputs[1] for each in program.operations if each.name == "gather"]
    return [
        each for each in dict.fromkeys(wanted) if isinstance(each, Variable) and each not in unknown
    ]
