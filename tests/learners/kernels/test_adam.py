"""Our Adam against optax's."""

import jax
import jax.numpy as jnp
import optax
import pytest

from hadax.learners.kernels.adam import adam


@pytest.mark.parametrize(
    "rate", [0.01, optax.linear_schedule(0.1, 0.0, 20)], ids=["constant", "linear"]
)
@pytest.mark.parametrize("eps", [1e-8, 1e-3])
def test_steps_are_those_of_optax(key, rate, eps):
    target = jax.random.normal(key, (5, 3))

    def loss(params):
        return jnp.sum(jnp.square(params["weights"] - target)) + jnp.sum(params["unused"] * 0)

    def trained(optimizer):
        params = {"weights": jnp.zeros((5, 3)), "unused": jnp.ones(2)}
        state = optimizer.init(params)
        for _ in range(20):
            updates, state = optimizer.update(jax.grad(loss)(params), state, params)
            params = optax.apply_updates(params, updates)
        return params

    ours, plain = trained(adam(rate, eps=eps)), trained(optax.adam(rate, eps=eps))
    assert jnp.allclose(ours["weights"], plain["weights"], rtol=1e-5, atol=1e-6)
    assert jnp.array_equal(ours["unused"], jnp.ones(2))


def test_the_plain_way_is_optax_own(monkeypatch):
    monkeypatch.setenv("HADAX_PLAIN", "1")
    params = jnp.ones(3)
    states = [optimizer.init(params) for optimizer in (adam(0.1), optax.adam(0.1))]
    assert jax.tree.structure(states[0]) == jax.tree.structure(states[1])
