"""vmap with the batch on the last axis: what a simulator of small arrays needs on a CPU.

jax.vmap puts the batch first, so that the innermost loops go over the three entries of a vector,
and its products of small matrices are calls of a library. With the batch last each operation is a
loop over the episodes, which fills the processor's vectors and merges with the next one.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap
from jax.extend.core import ClosedJaxpr

from hadax.tasks.rl.lanes.fences import fence, fences
from hadax.tasks.rl.lanes.program import (
    Constant,
    Operand,
    Operation,
    Program,
    Variable,
    dependent,
    evaluate_known,
    inline,
)
from hadax.tasks.rl.lanes.rules import Argument, Lanes, apply, spread

# The episodes that fill a processor's vector; with fewer, the hopper steps faster under plain vmap.
_FEWEST = 8

Function = Callable[..., Any]
"""Of pytrees of arrays, to a pytree of arrays."""


def lanes(function: Function) -> Function:
    """The function, which on a CPU does what vmap asks of it with the batch on the last axis.

    Same results as without, up to rounding; any number of vmaps around it becomes one batch. What
    has no rule here is left to jax.vmap, and so are batches of fewer than eight. It can't be
    differentiated.

    Args:
      function: of pytrees of arrays, of one example.
    """
    traced = jax.jit(function)

    @custom_vmap
    def of_one(*arguments: Any) -> Any:
        return function(*arguments)

    @custom_vmap
    def of_many(*arguments: Any) -> Any:
        flat = jax.tree.leaves(arguments)
        if jax.default_backend() != "cpu" or flat[0].shape[0] < _FEWEST:
            return jax.vmap(function)(*arguments)
        shapes = jax.tree.map(
            lambda leaf: jax.ShapeDtypeStruct(leaf.shape[1:], leaf.dtype), arguments
        )
        # jit remembers its traces, and a simulator takes seconds to trace.
        trace = traced.trace(*shapes)
        batch = flat[0].shape[0]
        given = [Lanes(jnp.moveaxis(leaf, 0, -1)) for leaf in flat]
        results = [spread(each, batch) for each in _run(trace.jaxpr, given, batch)]
        moved = [jnp.moveaxis(result, -1, 0) for result in results]
        return jax.tree.unflatten(jax.tree.structure(trace.out_info), moved)

    @of_one.def_vmap
    def _one_more(size: int, batched: list[Any], *arguments: Any) -> tuple[Any, Any]:
        return _all_batched(of_many(*_repeated(size, batched, arguments)))

    @of_many.def_vmap
    def _many_more(size: int, batched: list[Any], *arguments: Any) -> tuple[Any, Any]:
        repeated = _repeated(size, batched, arguments)
        results = of_many(*jax.tree.map(_merged, repeated))
        return _all_batched(jax.tree.map(partial(_parted, size), results))

    return of_one


def _repeated(size: int, batched: Sequence[Any], arguments: Sequence[Any]) -> Any:
    """The arguments, those that are not batched repeated along a leading axis."""

    def repeat(leaf: jax.Array, has_axis: bool) -> jax.Array:
        return leaf if has_axis else jnp.broadcast_to(leaf, (size, *leaf.shape))

    return jax.tree.map(repeat, tuple(arguments), tuple(batched))


def _merged(leaf: jax.Array) -> jax.Array:
    """Two leading axes as one."""
    return leaf.reshape(leaf.shape[0] * leaf.shape[1], *leaf.shape[2:])


def _parted(size: int, leaf: jax.Array) -> jax.Array:
    """The leading axis as two, the first `size` long."""
    return leaf.reshape(size, leaf.shape[0] // size, *leaf.shape[1:])


def _all_batched(results: Any) -> tuple[Any, Any]:
    return results, jax.tree.map(lambda leaf: True, results)


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
            shut = variable in fenced and isinstance(output, Lanes)
            values[variable] = Lanes(fence(output.array)) if shut else output
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
    known = {each for each in wanted if isinstance(each, Variable) and each not in unknown}
    return sorted(known, key=id)
