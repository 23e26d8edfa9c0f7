"""States that a loop carries from step to step: whether one could take the other's place."""

from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.storage.trees import described
from hadax.core.types import Pytree


def change_of(before: Pytree, after: Pytree, first: str, then: str, promotes: bool = False) -> str:
    """What makes a state another than the one before, in words; "" where it is of the same kind.

    Args:
      before, after: arrays' shapes, as `jax.eval_shape` gives them.
      first, then: when a state is the one and when the other: "after reset", "after a step".
      promotes: whether a Python number may take the type of what it is added to.
    """
    if jax.tree.structure(before) != jax.tree.structure(after):  # type: ignore[operator]
        old, new = (set(_paths(state)) for state in (before, after))
        apart = ", ".join(sorted(path or "itself" for path in old ^ new))
        apart = apart or "in its containers' types"
        return f"state {then} is another than {first}: {apart}"
    leaves = jax.tree_util.tree_leaves_with_path(before)
    for (path, one), other in zip(leaves, jax.tree.leaves(after), strict=True):
        typed = one.dtype == other.dtype or (promotes and _promotes(one, other))
        if not typed or one.shape != other.shape:
            where = jax.tree_util.keystr(path)
            return f"state{where} is {described(one)} {first}, but {described(other)} {then}"
    return ""


def _promotes(one: Any, other: Any) -> bool:
    """Whether the one is a Python number that becomes the other's type beside it."""
    return bool(one.weak_type and jnp.promote_types(one.dtype, other.dtype) == other.dtype)


def _paths(state: Pytree) -> list[str]:
    """Where a state's leaves are."""
    leaves = jax.tree_util.tree_leaves_with_path(state)
    return [jax.tree_util.keystr(path) for path, _ in leaves]
