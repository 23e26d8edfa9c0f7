import jax
import jax.numpy as jnp
import pytest

from hadax.core.xla.layout import row_major, transposed


@pytest.mark.parametrize("rows", [1, 15, 16, 40, 300])
def test_a_transpose_in_memory_is_a_transpose(rows):
    array = jnp.arange(rows * 5.0).reshape(rows, 5)
    assert jnp.array_equal(jax.jit(transposed)(array), array.T)
    many = jnp.stack([array, -array])
    assert jnp.array_equal(jax.jit(jax.vmap(transposed))(many), jnp.swapaxes(many, 1, 2))


def test_row_major_changes_no_number():
    array = jnp.arange(6.0).reshape(2, 3)
    assert jnp.array_equal(jax.jit(row_major)(array.T), array.T)
