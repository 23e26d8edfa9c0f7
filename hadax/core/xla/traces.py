"""Traces of simulators, which take seconds, made once for a whole search."""

from collections.abc import Callable, Hashable
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun
from jax.sharding import AbstractMesh, use_abstract_mesh

from hadax.core.xla.plain import plain

Function = Callable[..., Any]
"""Of pytrees of arrays, to a pytree of arrays; it may close over arrays, but over no tracers."""

Trace = tuple[list[jax.Array], ClosedJaxpr, Any]
"""Arguments as a flat list, what is done with them, and the structure of the results."""


def traced_once(function: Function) -> Callable[..., Trace]:
    """What the function does with such arguments, traced at the first call only.

    jit caches its traces too, but makes them anew under shard_map, where every search is run
    after it was traced outside of it to see how much memory it needs.
    """
    traces: dict[Hashable, tuple[ClosedJaxpr, Any]] = {}

    def trace(*arguments: Any) -> Trace:
        leaves, structure = jax.tree.flatten(arguments)
        flat = [jnp.asarray(leaf) for leaf in leaves]
        signature = structure, tuple((leaf.shape, leaf.dtype) for leaf in flat)
        if signature not in traces:
            shapes = [jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) for leaf in flat]
            # Devices that the caller's work is shared over are none of a simulator's business.
            with use_abstract_mesh(AbstractMesh((), ())):
                traced = jax.jit(function).trace(*jax.tree.unflatten(structure, shapes))
            traces[signature] = traced.jaxpr, jax.tree.structure(traced.out_info)
        return flat, *traces[signature]

    return trace


def with_cached_trace(function: Function) -> Function:
    """The function, done as it was traced at the first call with such arguments."""
    trace = traced_once(function)

    def from_trace(*arguments: Any) -> Any:
        if plain():
            return function(*arguments)
        flat, program, structure = trace(*arguments)
        return jax.tree.unflatten(structure, jaxpr_as_fun(program)(*flat))

    return from_trace
