"""From a trace to a plain list of operations, all calls written out."""

from collections.abc import Mapping, Sequence
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, Var

from hadax.core.xla.lanes.program import Constant, Operand, Operation, Program, Variable

# Primitives that only call what one of their parameters holds.
_CALLS = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "checkpoint": "jaxpr",
}


def inline(closed: ClosedJaxpr, known: Mapping[int, Any] | None = None) -> Program:
    """The program of a traced function.

    Derivative rules of its own are dropped: the program is to be run, not differentiated.

    Args:
      closed: the function.
      known: values of inputs, by their place, that are known already.
    """
    values = known or {}
    inputs = tuple(
        Constant(values[place]) if place in values else _variable(variable.aval)
        for place, variable in enumerate(closed.jaxpr.invars)
    )
    operations: list[Operation] = []
    results = _inline(closed.jaxpr, closed.consts, inputs, operations)
    return Program(inputs, tuple(operations), tuple(results))


def _inline(
    jaxpr: Jaxpr, constants: Sequence[Any], given: Sequence[Operand], into: list[Operation]
) -> list[Operand]:
    """Adds the operations of a function, and of those that it calls; gives its results."""
    names: dict[Var, Operand] = dict(zip(jaxpr.invars, given, strict=True))
    names.update(zip(jaxpr.constvars, map(Constant, constants), strict=True))

    def operand(of: Var | Literal) -> Operand:
        return Constant(of.val) if isinstance(of, Literal) else names[of]

    for equation in jaxpr.eqns:
        inputs = [operand(of) for of in equation.invars]
        name = equation.primitive.name
        if name in _CALLS:
            inner, inner_constants = _callee(equation.params[_CALLS[name]])
            outputs = _inline(inner, inner_constants, inputs, into)
            names.update(zip(equation.outvars, outputs, strict=True))
            continue
        made = tuple(_variable(var.aval) for var in equation.outvars)
        names.update(zip(equation.outvars, made, strict=True))
        into.append(Operation(equation.primitive, equation.params, tuple(inputs), made))
    return [operand(of) for of in jaxpr.outvars]


def _variable(abstract: Any) -> Variable:
    return Variable(tuple(abstract.shape), abstract.dtype)


def _callee(callee: ClosedJaxpr | Jaxpr) -> tuple[Jaxpr, Sequence[Any]]:
    return (callee.jaxpr, callee.consts) if isinstance(callee, ClosedJaxpr) else (callee, ())
