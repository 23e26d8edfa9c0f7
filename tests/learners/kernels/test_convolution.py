"""Our convolutions against flax's own."""

import flax.linen as nn
import jax
import jax.numpy as jnp
import pytest

from hadax.learners.kernels.convolution import Convolution


@pytest.mark.parametrize("side", [1, 2, 3, 5])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_answers_and_gradients_are_those_of_flax(key, side, channels):
    images = jax.random.normal(key, (2, 6, 4, channels))
    ours = Convolution(5, side, nn.initializers.lecun_normal())
    plain = nn.Conv(5, (side, side), padding="SAME")
    params = ours.init(key, images)
    assert jax.tree.map(jnp.shape, params) == jax.tree.map(jnp.shape, plain.init(key, images))

    def loss(params, network):
        return jnp.sum(jnp.sin(network.apply(params, images)))

    expected = plain.apply(params, images)
    assert jnp.allclose(ours.apply(params, images), expected, atol=1e-5)
    answers, _ = jax.vjp(lambda params: ours.apply(params, images), params)
    assert jnp.allclose(answers, expected, atol=1e-5)
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


def test_a_population_of_networks_answers_as_each_by_itself(key):
    images = jax.random.normal(key, (3, 6, 4, 1))
    convolution = Convolution(5, 3, nn.initializers.lecun_normal())
    networks = [convolution.init(each, images) for each in jax.random.split(key, 2)]
    population = jax.tree.map(lambda *leaves: jnp.stack(leaves), *networks)
    together = jax.jit(jax.vmap(convolution.apply, (0, None)))(population, images)
    for answers, network in zip(together, networks, strict=True):
        assert jnp.allclose(answers, convolution.apply(network, images), atol=1e-5)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("channels", [1, 4])
def test_the_plain_way_is_the_same(channels, precision, key, monkeypatch):
    images = jax.random.normal(key, (2, 6, 4, channels))
    convolution = Convolution(20, 2, nn.initializers.lecun_normal(), precision)
    params = convolution.init(key, images)

    def loss(params):
        answers = convolution.apply(params, images)
        return jnp.sum(jnp.sin(answers)), answers

    fast = jax.grad(loss, has_aux=True)(params)
    monkeypatch.setenv("HADAX_PLAIN", "1")
    plain = jax.grad(loss, has_aux=True)(params)
    tolerance = 1e-4 if precision == "float32" else 3e-2
    for one, other in zip(jax.tree.leaves(fast), jax.tree.leaves(plain), strict=True):
        assert jnp.allclose(one, other, atol=tolerance * jnp.abs(other).max())


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_played_is_rounded_as_what_was_trained(channels, key):
    images = jax.random.normal(key, (2, 6, 4, channels))
    convolution = Convolution(32, 5, nn.initializers.lecun_normal(), "bfloat16")
    params = convolution.init(key, images)
    trained, _ = jax.vjp(lambda params: convolution.apply(params, images), params)
    assert jnp.allclose(convolution.apply(params, images), trained, atol=1e-5)
    exact = convolution.clone(precision="float32").apply(params, images)
    assert not jnp.allclose(exact, trained, atol=1e-5)


@pytest.mark.parametrize("kind", [jnp.int32, jnp.bool_, jnp.bfloat16])
@pytest.mark.parametrize("way", ["0", "1"])
@pytest.mark.parametrize("channels", [1, 4])
def test_boards_of_whole_numbers_are_images(channels, way, kind, key, monkeypatch):
    monkeypatch.setenv("HADAX_PLAIN", way)
    board = jax.random.bernoulli(key, 0.5, (2, 6, 4, channels))
    convolution = Convolution(5, 3, nn.initializers.lecun_normal())
    params = convolution.init(key, board.astype(jnp.float32))
    expected = convolution.apply(params, board.astype(jnp.float32))
    assert jnp.allclose(convolution.apply(params, board.astype(kind)), expected, atol=1e-5)
