"""Pytrees as named arrays, and back."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.storage.trees import from_named_arrays, to_named_arrays, tree_bytes


def test_tree_bytes():
    assert tree_bytes({"a": jnp.zeros(3), "b": jnp.zeros((2, 2), jnp.int8)}) == 16


TREE = {"layer": [jnp.ones(2), jnp.zeros((1, 3), jnp.int32)], "scale": jnp.float32(2)}


def test_named_arrays_rebuild_the_tree():
    arrays = to_named_arrays(TREE, "weights")
    assert set(arrays) == {"weights/layer/0", "weights/layer/1", "weights/scale"}
    rebuilt = from_named_arrays({**arrays, "other/x": np.ones(1)}, "weights", TREE)
    for one, other in zip(jax.tree.leaves(rebuilt), jax.tree.leaves(TREE), strict=True):
        assert one.dtype == other.dtype
        assert jnp.array_equal(one, other)


def test_named_arrays_say_what_does_not_fit():
    arrays = to_named_arrays(TREE, "weights")
    with pytest.raises(ValueError, match="unexpected weights/more"):
        from_named_arrays({**arrays, "weights/more": np.ones(1)}, "weights", TREE)
    missing = {name: array for name, array in arrays.items() if name != "weights/scale"}
    with pytest.raises(ValueError, match="lacks weights/scale"):
        from_named_arrays(missing, "weights", TREE)
    with pytest.raises(ValueError, match="shape"):
        from_named_arrays({**arrays, "weights/scale": np.ones(4)}, "weights", TREE)
