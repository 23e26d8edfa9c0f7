import jax
import jax.numpy as jnp
import pytest

from hadax.core.xla.batch_of_one import vmap_or_call


@pytest.mark.parametrize("count", [1, 3])
def test_results_are_those_of_vmap(count, assert_trees_equal):
    trees = {"a": jnp.arange(2.0 * count).reshape(count, 2), "b": jnp.ones((count, 2))}
    function = lambda tree: {"sum": tree["a"] + tree["b"], "first": tree["a"][0]}  # noqa: E731
    assert_trees_equal(vmap_or_call(function, trees), jax.vmap(function)(trees))


def test_one_alone_has_no_batch_axis():
    shapes = []

    def function(weights):
        shapes.append(str(jax.make_jaxpr(lambda: weights @ weights)()))
        return weights

    vmap_or_call(function, jnp.ones((1, 2, 2)))
    assert "f32[2,2]" in shapes[0]
