"""Networks: how their weights are drawn."""

import jax
import jax.numpy as jnp
import pytest

from hadax.learners.config import NETWORKS, NetworkConfig
from hadax.learners.networks import INITIALIZERS, make_network

IMAGE = (6, 6, 2)


def fresh(key, **settings):
    """A network of three outputs and its initial parameters."""
    network = make_network(NetworkConfig(width=16, **settings), IMAGE, 3, log_std=False)
    return network, network.init(key, jnp.zeros((1, *IMAGE)))


def test_orthogonal_weights_are_orthogonal_also_under_vmap(key):
    keys = jax.random.split(key, 3)
    weights = jax.jit(jax.vmap(lambda each: INITIALIZERS["orthogonal"](each, (4, 16))))(keys)
    assert jnp.allclose(weights @ jnp.swapaxes(weights, 1, 2), jnp.eye(4), atol=1e-5)
    assert not jnp.allclose(weights[0], weights[1])


@pytest.mark.parametrize("network", NETWORKS)
def test_hidden_scale_scales_all_layers_but_the_last(network, key):
    plain, half = (
        fresh(key, network=network, hidden_scale=scale)[1]["params"] for scale in (1.0, 0.5)
    )
    ratios = jax.tree.map(
        lambda one, other: float(jnp.linalg.norm(other) / jnp.linalg.norm(one)), plain, half
    )
    kernels = {
        jax.tree_util.keystr(path): ratio
        for path, ratio in jax.tree_util.tree_leaves_with_path(ratios)
        if "kernel" in jax.tree_util.keystr(path)
    }
    last = max(name for name in kernels if "Dense" in name)
    assert all(kernels[name] == pytest.approx(1.0 if name == last else 0.5) for name in kernels)


def test_output_scale_shrinks_the_first_answers(key):
    inputs = jax.random.normal(key, (5, *IMAGE))
    plain, small = (
        network.apply(weights, inputs)
        for network, weights in (fresh(key, output_scale=scale) for scale in (1.0, 0.01))
    )
    assert jnp.allclose(jnp.abs(small) / jnp.abs(plain), 0.01, rtol=1e-3)
