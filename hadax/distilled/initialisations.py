"""The initialisations that a dataset is measured on: fresh ones, or those that it was made for."""

import jax
import jax.numpy as jnp

from hadax.core.objectives.training import initialisation_keys
from hadax.core.types import Key
from hadax.distilled.files.header import Header


def initial_keys(header: Header, key: Key, count: int) -> Key:
    """Keys of initialisations, [count]: from the given key, or in turn the fixed ones of HaDES-F.

    Args:
      header: says whether the dataset was made for fixed ones.
      key: decides fresh ones.
      count: how many.
    """
    fixed = fixed_keys(header)
    if fixed is None:
        return jax.random.split(key, count)
    return fixed[jnp.arange(count) % len(fixed)]


def fixed_keys(header: Header) -> Key | None:
    """The initialisations of HaDES-F, [inits]; None for HaDES-R."""
    distillation = header.distillation
    if distillation.policy_init == "random":
        return None
    fixed = jax.random.wrap_key_data(jnp.asarray(header.init_key, jnp.uint32))
    return initialisation_keys(fixed, distillation.inits_per_candidate)
