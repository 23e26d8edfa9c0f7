"""Conditions of loops that stay one number under vmap."""

import jax
import jax.numpy as jnp

from hadax.core.xla.plain import plain


def any_across_vmaps(flags: jax.Array) -> jax.Array:
    """Whether any flag is set, bool [], in this element or any other of every surrounding vmap.

    A while loop whose condition differs between the elements of a vmap pays a select over its
    whole carry at every step; with one scalar for all of them it does not.

    Args:
      flags: bool of any shape.
    """
    if plain():
        return jnp.any(flags)
    result: jax.Array = _any_across_vmaps(flags)
    return result


@jax.custom_batching.custom_vmap
def _any_across_vmaps(flags: jax.Array) -> jax.Array:
    return jnp.any(flags)


@_any_across_vmaps.def_vmap
def _unbatched(axis_size: int, in_batched: list[bool], flags: jax.Array) -> tuple[jax.Array, bool]:
    del axis_size, in_batched
    return _any_across_vmaps(flags), False
