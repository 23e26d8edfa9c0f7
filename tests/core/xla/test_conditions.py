import jax
import jax.numpy as jnp

from hadax.core.xla.conditions import any_across_vmaps


def test_it_is_one_scalar_across_all_vmaps():
    flags = jnp.zeros((2, 3, 4), bool).at[1, 2, 3].set(True)
    result = jax.vmap(jax.vmap(any_across_vmaps, out_axes=None), out_axes=None)(flags)
    assert result.shape == ()
    assert result
    assert not any_across_vmaps(jnp.zeros(3, bool))
