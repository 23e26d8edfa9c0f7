"""Pytrees as named arrays, for files, and in words."""

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from hadax.core.types import Pytree


def to_named_arrays(tree: Pytree, prefix: str) -> dict[str, np.ndarray]:
    """The leaves of a pytree, arrays [...] of any shape, by name.

    Args:
      tree: any pytree of arrays.
      prefix: begins every name: "prefix/path/of/leaf".
    """
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {_name(prefix, path): np.asarray(leaf) for path, leaf in leaves}


def from_named_arrays(arrays: Mapping[str, np.ndarray], prefix: str, template: Pytree) -> Pytree:
    """The pytree that `to_named_arrays` took apart.

    Args:
      arrays: arrays [...] of any shape by name; those of other prefixes are passed over.
      prefix: as given to `to_named_arrays`.
      template: a pytree of the same structure, of arrays or of their shapes.

    Raises:
      ValueError: the names, shapes or types are not the template's; says which and how.
    """
    expected = {
        _name(prefix, path): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(template)
    }
    found = {name: array for name, array in arrays.items() if name.split("/")[0] == prefix}
    if odd := sorted(expected.keys() ^ found.keys()):
        verb = "lacks" if odd[0] in expected else "has an unexpected"
        raise ValueError(f"{verb} {odd[0]}")
    for name, leaf in expected.items():
        if found[name].shape != leaf.shape:
            raise ValueError(f"{name} has shape {found[name].shape}, not {leaf.shape}")
        if found[name].dtype != leaf.dtype:
            raise ValueError(f"{name} is of type {found[name].dtype}, not {leaf.dtype}")
    leaves = [jax.numpy.asarray(found[name], leaf.dtype) for name, leaf in expected.items()]
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


def tree_bytes(tree: Pytree) -> int:
    """Bytes of all arrays (or shapes of arrays) in a pytree."""
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))


def described(tree: Pytree) -> str:
    """Types and shapes of arrays (or shapes of arrays) in short: float32[3], or a tree of them."""
    words = jax.tree.map(lambda leaf: f"{leaf.dtype}{list(leaf.shape)}", tree)
    return words if isinstance(words, str) else str(words).replace("'", "")


def _name(prefix: str, path: Any) -> str:
    return "/".join([prefix, *(jax.tree_util.keystr((step,), simple=True) for step in path)])
