"""Convolutions as matrix products against flax's own."""

import flax.linen as nn
import jax
import jax.numpy as jnp
import pytest

from hadax.learners.convolution import Convolution


@pytest.mark.parametrize("side", [1, 2, 3, 5])
@pytest.mark.parametrize("channels", [1, 3])
def test_answers_and_gradients_are_those_of_flax(key, side, channels):
    images = jax.random.normal(key, (2, 6, 4, channels))
    ours = Convolution(5, side, nn.initializers.lecun_normal())
    plain = nn.Conv(5, (side, side), padding="SAME")
    params = ours.init(key, images)
    assert jax.tree.map(jnp.shape, params) == jax.tree.map(jnp.shape, plain.init(key, images))

    def loss(params, network):
        return jnp.sum(jnp.sin(network.apply(params, images)))

    assert jnp.allclose(ours.apply(params, images), plain.apply(params, images), atol=1e-5)
    gradients = [jax.grad(loss)(params, network) for network in (ours, plain)]
    for one, other in zip(*map(jax.tree.leaves, gradients), strict=True):
        assert jnp.allclose(one, other, rtol=1e-4, atol=1e-4)


def test_a_network_is_initialised_as_with_flax(key, assert_trees_equal):
    class Plain(nn.Module):
        @nn.compact
        def __call__(self, images):
            return nn.Conv(5, (3, 3))(images)

    class Ours(nn.Module):
        @nn.compact
        def __call__(self, images):
            return Convolution(5, 3, nn.initializers.lecun_normal(), name="Conv_0")(images)

    images = jnp.zeros((1, 6, 6, 2))
    assert_trees_equal(Ours().init(key, images), Plain().init(key, images))
