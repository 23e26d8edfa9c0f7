"""A traced function as a plain list of operations, all calls written out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal, Primitive, Var

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


@dataclass(frozen=True, eq=False)
class Variable:
    """A value that the program computes or is given; equal only to itself.

    Attributes:
      shape: for one example.
    """

    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Entries for one example."""
        return math.prod(self.shape)


@dataclass(frozen=True, eq=False)
class Constant:
    """A value known while tracing."""

    value: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return np.shape(self.value)

    @property
    def size(self) -> int:
        """Entries of the value."""
        return math.prod(self.shape)


Operand: TypeAlias = Variable | Constant


@dataclass(frozen=True, eq=False)
class Operation:
    """One primitive with its operands.

    Attributes:
      primitive: JAX's.
      params: the primitive's.
      inputs: its operands.
      outputs: what it gives.
    """

    primitive: Primitive
    params: Mapping[str, Any]
    inputs: tuple[Operand, ...]
    outputs: tuple[Variable, ...]

    @property
    def name(self) -> str:
        """The primitive's name."""
        return str(self.primitive.name)

    def bind(self, arguments: Sequence[Any]) -> list[Any]:
        """The outputs for these arguments, of one example each."""
        return bind(self.primitive, self.params, arguments)


@dataclass(frozen=True)
class Program:
    """Operations in the order of their execution.

    Attributes:
      inputs: what is given; Constants where it is known while tracing.
      operations: each after those whose outputs it takes.
      results: what is asked for.
    """

    inputs: tuple[Operand, ...]
    operations: tuple[Operation, ...]
    results: tuple[Operand, ...]


def bind(primitive: Primitive, params: Mapping[str, Any], arguments: Sequence[Any]) -> list[Any]:
    """The primitive's outputs, as a list even where it has one."""
    outputs = primitive.bind(*arguments, **primitive.get_bind_params(dict(params)))
    return list(outputs) if primitive.multiple_results else [outputs]


def inline(closed: ClosedJaxpr, known: Mapping[int, Any] | None = None) -> Program:
    """The program of a traced function.

    Derivative rules of its own are dropped: the program is to be run, not differentiated.

    Args:
      closed: the function.
      known: values of inputs, by their place, that are known already.
    """
    values = known or {}
    inputs = tuple(
        Constant(values[place]) if place in values else Variable(variable.aval.shape)
        for place, variable in enumerate(closed.jaxpr.invars)
    )
    operations: list[Operation] = []
    results = _inline(closed.jaxpr, closed.consts, inputs, operations)
    return Program(inputs, tuple(operations), tuple(results))


def dependent(program: Program, inputs: Sequence[Operand]) -> set[Operand]:
    """All that depends on one of these inputs, they themselves among it."""
    found = set(inputs)
    for operation in program.operations:
        if any(operand in found for operand in operation.inputs):
            found.update(operation.outputs)
    return found


def evaluate_known(program: Program, wanted: Sequence[Operand]) -> dict[Operand, np.ndarray]:
    """The values of variables that depend on constants alone, computed at once."""
    needed: set[Operand] = set(wanted)
    chosen: list[Operation] = []
    for operation in reversed(program.operations):
        if any(output in needed for output in operation.outputs):
            needed.update(operation.inputs)
            chosen.append(operation)

    def evaluate() -> list[Any]:
        values: dict[Operand, Any] = {}
        for operation in reversed(chosen):
            arguments = [
                operand.value if isinstance(operand, Constant) else values[operand]
                for operand in operation.inputs
            ]
            values.update(zip(operation.outputs, operation.bind(arguments), strict=True))
        return [values[variable] for variable in wanted]

    if not wanted:
        return {}
    with jax.ensure_compile_time_eval():
        return dict(zip(wanted, map(np.asarray, jax.jit(evaluate)()), strict=True))


def _inline(
    jaxpr: Jaxpr, constants: Sequence[Any], given: Sequence[Operand], into: list[Operation]
) -> list[Operand]:
    names: dict[Var, Operand] = dict(zip(jaxpr.invars, given, strict=True))
    names.update(zip(jaxpr.constvars, map(Constant, constants), strict=True))

    def operand(of: Var | Literal) -> Operand:
        return Constant(of.val) if isinstance(of, Literal) else names[of]

    for equation in jaxpr.eqns:
        inputs = [operand(of) for of in equation.invars]
        name = equation.primitive.name
        if name in _CALLS:
            inner, its_constants = _opened(equation.params[_CALLS[name]])
            outputs = _inline(inner, its_constants, inputs, into)
            names.update(zip(equation.outvars, outputs, strict=True))
            continue
        made = tuple(Variable(getattr(var.aval, "shape", ())) for var in equation.outvars)
        names.update(zip(equation.outvars, made, strict=True))
        into.append(Operation(equation.primitive, equation.params, tuple(inputs), made))
    return [operand(of) for of in jaxpr.outvars]


def _opened(callee: ClosedJaxpr | Jaxpr) -> tuple[Jaxpr, Sequence[Any]]:
    return (callee.jaxpr, callee.consts) if isinstance(callee, ClosedJaxpr) else (callee, ())
