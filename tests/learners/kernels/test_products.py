"""Matrix products in both precisions, against plain ones."""

import jax
import jax.numpy as jnp
import pytest

from hadax.learners.config import PRECISIONS
from hadax.learners.kernels.products import matrix_product

# The largest relative error of a bfloat16 factor is 2^-9; sums of random signs stay below this.
TOLERANCE = {"float32": 1e-5, "bfloat16": 1e-2}
SHAPES = [
    (2, 20, 30),
    (3, 11, 64),
    (8, 16, 16),
    (8, 64, 3),
    (16, 4, 300),
    (9, 16, 40),
    (64, 32, 3),
    (64, 11, 32),
    (40, 70, 33),
    (300, 16, 16),
]


@pytest.fixture(params=["fast", "plain"])
def _both_ways(request, monkeypatch):
    monkeypatch.setenv("HADAX_PLAIN", "1" if request.param == "plain" else "0")


def close(one, other, precision):
    return jnp.abs(one - other).max() <= TOLERANCE[precision] * jnp.abs(other).max()


def factors(key, rows, features, outputs, networks=()):
    left, right, above = jax.random.split(key, 3)
    return (
        jax.random.normal(left, (*networks, rows, features)),
        jax.random.normal(right, (*networks, features, outputs)),
        jax.random.normal(above, (*networks, rows, outputs)),
    )


@pytest.mark.usefixtures("_both_ways")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_product_and_gradients_are_those_of_a_plain_product(key, shape, precision):
    inputs, kernel, cotangent = factors(key, *shape)
    product, pull = jax.vjp(lambda *both: matrix_product(*both, precision), inputs, kernel)
    expected, pull_expected = jax.vjp(jnp.matmul, inputs, kernel)
    assert product.dtype == jnp.float32
    assert close(product, expected, precision)
    for gradient, plain in zip(pull(cotangent), pull_expected(cotangent), strict=True):
        assert gradient.dtype == jnp.float32
        assert close(gradient, plain, precision)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("shared", ["inputs", "kernel", "neither"])
def test_a_population_trains_as_each_network_by_itself(key, precision, shared):
    inputs, kernel, _ = factors(key, 20, 24, 16, networks=(3,))
    axes = (None if shared == "inputs" else 0, None if shared == "kernel" else 0)
    inputs = inputs[0] if shared == "inputs" else inputs
    kernel = kernel[0] if shared == "kernel" else kernel

    def gradient(inputs, kernel):
        def loss(kernel):
            hidden = jnp.tanh(matrix_product(inputs, kernel, precision))
            # What follows is transposed, which XLA might draw into the product.
            return jnp.sum(jnp.square(hidden.T @ hidden))

        return jax.grad(loss)(kernel)

    together = jax.jit(jax.vmap(gradient, axes))(inputs, kernel)
    for number in range(3):
        one = inputs if shared == "inputs" else inputs[number]
        weights = kernel if shared == "kernel" else kernel[number]
        assert close(together[number], gradient(one, weights), precision)


@pytest.mark.usefixtures("_both_ways")
def test_bfloat16_changes_large_products_only(key):
    def differs(*shape):
        inputs, kernel, _ = factors(key, *shape)
        exact, quick = (matrix_product(inputs, kernel, precision) for precision in PRECISIONS)
        return bool((exact != quick).any())

    assert differs(9, 16, 16)
    assert not any(differs(*shape) for shape in [(8, 64, 64), (64, 15, 64), (64, 64, 15)])
