"""A seed, a key, or neither: what people pass to say which randomness."""

import operator
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.errors import ConfigError
from hadax.core.settings.config import require_seed
from hadax.core.streams import evaluation_key
from hadax.core.types import Key

Seed: TypeAlias = int | Key | None
"""A whole number, a typed JAX key, or None for seed 0."""


def as_key(seed: Seed, name: str = "seed") -> Key:
    """The key that a seed stands for; a key is taken as it is.

    Args:
      seed: says which randomness.
      name: the argument's, for the message.

    Raises:
      ConfigError: a seed below 0 or above 32 bits, or neither a whole number nor one typed key.
    """
    number = seed_number(seed)
    if number is not None:
        require_seed(name, number)
        return evaluation_key(number)
    if not (isinstance(seed, jax.Array) and jnp.issubdtype(seed.dtype, jax.dtypes.prng_key)):
        raise ConfigError(name, seed, "must be a whole number or a key of jax.random.key")
    if seed.shape:
        raise ConfigError(name, f"{seed.shape} keys", "must be one key, as keys[0] is")
    return seed


def seed_number(seed: Seed) -> int | None:
    """The whole number that a seed is, 0 for None; None for a key, which is no number."""
    if seed is None:
        return 0
    return operator.index(seed) if isinstance(seed, int | np.integer) else None
