"""Whether a function factors matrices, which on a CPU waits for the threads that it runs on."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr

_BY_LAPACK = frozenset(
    (
        *("cholesky", "lu", "qr", "geqrf", "householder_product", "triangular_solve"),
        *("eig", "eigh", "svd", "schur", "hessenberg", "tridiagonal", "tridiagonal_solve"),
    )
)


def factors_matrices(function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether a function calls LAPACK for a batch of arguments, found out by tracing it.

    On a CPU jaxlib shares such a batch out among the threads of the devices and waits for them: if
    each device waits on a thread of its own, none is left, and all wait for ever.

    Args:
      function: of pytrees of arrays.
      arguments: arrays, or their shapes.
    """
    return any(name in _BY_LAPACK for name in _primitives(jax.make_jaxpr(function)(*arguments)))


def _primitives(found: Any) -> Iterator[str]:
    """The names of all operations of a program, and of those that it calls."""
    if isinstance(found, ClosedJaxpr):
        found = found.jaxpr
    if isinstance(found, tuple | list):
        for each in found:
            yield from _primitives(each)
    elif isinstance(found, Jaxpr):
        for equation in found.eqns:
            yield equation.primitive.name
            yield from _primitives(tuple(equation.params.values()))
