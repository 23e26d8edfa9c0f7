"""What would make a CPU's devices wait for each other is found by tracing."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.xla.linear_algebra import factors_matrices

MATRIX = jax.ShapeDtypeStruct((3, 3), jnp.float32)


@pytest.mark.parametrize(
    "function",
    [
        jnp.linalg.inv,
        jnp.linalg.cholesky,
        jnp.linalg.eigh,
        jnp.linalg.svd,
        jnp.linalg.qr,
        lambda x: jnp.linalg.solve(x, x),
        lambda x: jax.lax.scan(lambda c, _: (jnp.linalg.inv(c), None), x, None, 3),
        lambda x: jax.lax.cond(x[0, 0] > 0, jnp.linalg.pinv, jnp.transpose, x),
        jax.jit(jax.grad(lambda x: jnp.linalg.slogdet(x)[1])),
    ],
)
def test_factoring_is_found_wherever_it_is(function):
    assert factors_matrices(function, MATRIX)


@pytest.mark.parametrize("function", [jnp.dot, jnp.matmul, lambda x, y: jnp.linalg.norm(x - y)])
def test_products_are_no_factoring(function):
    assert not factors_matrices(function, MATRIX, MATRIX)
