"""That XLA's compiler for CPUs does not look across barriers."""

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.xla.barrier import barrier


def test_xla_keeps_a_barrier() -> None:
    def function(x: jax.Array) -> jax.Array:
        return jnp.sin(barrier(jnp.cos(x)))

    compiled = jax.jit(function).lower(jnp.ones(100)).compile().as_text()
    merged = jax.jit(lambda x: jnp.sin(jnp.cos(x))).lower(jnp.ones(100)).compile().as_text()
    assert compiled.count("call(") == 1
    assert " call(" not in merged
    np.testing.assert_allclose(function(jnp.ones(3)), jnp.sin(jnp.cos(jnp.ones(3))))
