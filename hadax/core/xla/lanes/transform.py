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
from jax.extend.core import ClosedJaxpr, Primitive, jaxpr_as_fun
from jax.interpreters import batching, mlir

from hadax.core.xla.lanes.execute import execute
from hadax.core.xla.lanes.fallback import warn_once
from hadax.core.xla.lanes.values import Lanes, spread
from hadax.core.xla.plain import plain
from hadax.core.xla.traces import Function, traced_once

# The episodes that fill a processor's vector; with fewer, the hopper steps faster under plain vmap.
_FEWEST = 8


def lanes(function: Function) -> Function:
    """The function, which on a CPU does what vmap asks of it with the batch on the last axis.

    Same results as without, up to rounding; any number of vmaps around it becomes one batch. What
    has no rule here is left to jax.vmap, and so are batches of fewer than eight; a function that
    cannot be written out so at all is too, with a warning. It can't be differentiated.

    Args:
      function: of pytrees of arrays, of one example.
    """
    trace = traced_once(function)

    def of_one(*arguments: Any) -> Any:
        if plain():
            return function(*arguments)
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


def _evaluate(*arguments: Any, program: ClosedJaxpr, batch: int | None) -> list[Any]:
    results: list[Any] = _compiled(*arguments, program=program, batch=batch)
    return results


@partial(jax.jit, static_argnames=("program", "batch"))
def _compiled(*arguments: Any, program: ClosedJaxpr, batch: int | None) -> Any:
    """Of its own, so that whoever steps a simulator by hand compiles it once."""
    return _step.bind(*arguments, program=program, batch=batch)


def _merge_batches(
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
    results = [spread(each, batch) for each in execute(program, given, batch)]
    return [jnp.moveaxis(result, -1, 0) for result in results]


_lowered_as_vmap = mlir.lower_fun(_as_vmap, multiple_results=True)
_lowered_as_lanes = mlir.lower_fun(_as_lanes, multiple_results=True)


def _lowered_for_cpu(context: Any, *operands: Any, **params: Any) -> Any:
    """Lanes, or vmap where writing them out fails: no search dies of an optimisation."""
    try:
        return _lowered_as_lanes(context, *operands, **params)
    except Exception as error:
        warn_once(error)
        return _lowered_as_vmap(context, *operands, **params)


_step.def_abstract_eval(_shapes)
_step.def_impl(_evaluate)
batching.primitive_batchers[_step] = _merge_batches
mlir.register_lowering(_step, _lowered_as_vmap)
mlir.register_lowering(_step, _lowered_for_cpu, platform="cpu")
