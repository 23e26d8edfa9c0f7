"""A seed, a key, or neither: what people pass to say which randomness."""

from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.config import require_seed
from hadax.core.errors import ConfigError
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
      ConfigError: a seed below 0 or above 32 bits, or neither a whole number nor a typed key.
    """
    if seed is None or isinstance(seed, int | np.integer):
        number = int(seed or 0)
        require_seed(name, number)
        return evaluation_key(number)
    if isinstance(seed, jax.Array) and jnp.issubdtype(seed.dtype, jax.dtypes.prng_key):
        return seed
    raise ConfigError(name, seed, "must be a whole number or a key of jax.random.key")
