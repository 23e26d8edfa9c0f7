"""A traced function as a plain list of operations."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from jax.extend.core import Primitive


@dataclass(frozen=True, eq=False)
class Variable:
    """A value that the program computes or is given; equal only to itself.

    Attributes:
      shape: for one example.
      dtype: of its entries.
    """

    shape: tuple[int, ...]
    dtype: Any

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
        """Shape of the value, the same for every example."""
        return np.shape(self.value)

    @property
    def size(self) -> int:
        """Entries of the value, a scalar having one."""
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
    """The primitive's outputs, as a list even where it has one.

    Args:
      primitive: JAX's.
      params: what it is told while tracing, as its equation has it.
      arguments: its operands' values.
    """
    outputs = primitive.bind(*arguments, **primitive.get_bind_params(dict(params)))
    return list(outputs) if primitive.multiple_results else [outputs]
