"""Rounding to bfloat16 against the library's."""

import jax.numpy as jnp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.xla.rounding import rounded_to_bfloat16, to_bfloat16


@pytest.mark.parametrize("rounding", [to_bfloat16, rounded_to_bfloat16])
@given(values=st.lists(st.floats(width=32), min_size=1, max_size=20))
def test_rounding_is_that_of_the_library(rounding, values):
    array = jnp.array(values, jnp.float32)
    ours, theirs = (
        each.astype(jnp.float32) for each in (rounding(array), array.astype("bfloat16"))
    )
    assert jnp.array_equal(ours, theirs, equal_nan=True)
