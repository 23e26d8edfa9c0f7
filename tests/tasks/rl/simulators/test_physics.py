"""Whole simulators in lanes against themselves under jax.vmap."""

import jax
import numpy as np
import pytest

from hadax.tasks.rl.simulators.brax_interface import quietly
from hadax.tasks.rl.simulators.from_brax import adapt, simulator

BATCH = 8


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        ("inverted_double_pendulum", "positional"),
        pytest.param("swimmer", "generalized", marks=pytest.mark.slow),
    ],
)
def test_physics_is_the_same(name: str, backend: str) -> None:
    environment = adapt(name, backend)
    with quietly():
        plain = simulator(name, backend)
        states, _ = jax.jit(jax.vmap(environment.reset))(jax.random.split(jax.random.key(0), BATCH))
        shape = (BATCH, plain.action_size)
        actions = jax.random.uniform(jax.random.key(1), shape, minval=-1, maxval=1)
        step = jax.jit(jax.vmap(environment.step, in_axes=(None, 0, 0)))
        following, observations, rewards, ended = step(jax.random.key(0), states, actions)
        expected = jax.jit(jax.vmap(plain.step))(states, actions)
    assert jax.tree.structure(following) == jax.tree.structure(expected)
    np.testing.assert_allclose(observations, expected.obs, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(rewards, expected.reward, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(ended, expected.done > 0)
