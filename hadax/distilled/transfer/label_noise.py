"""Targets that are partly wrong, as a test of how much a dataset depends on each."""

import jax
import jax.numpy as jnp

from hadax.core.specification import Discrete, TargetSpec
from hadax.core.types import Key


def with_noise(key: Key, targets: jax.Array, target: TargetSpec, level: jax.Array) -> jax.Array:
    """Targets with noise: labels replaced by any class, or vectors moved by a Gaussian.

    Args:
      key: decides which, and whereto.
      targets: [size, target_size].
      target: their kind.
      level: the chance that a label is replaced; or the Gaussian's standard deviation, in those of
        all the targets' entries; float32 [], 0 for the targets themselves.

    Returns:
      Targets [size, target_size].
    """
    which_key, where_key = jax.random.split(key)
    if isinstance(target, Discrete):
        replaced = jax.random.bernoulli(which_key, level, (len(targets), 1))
        classes = jax.random.randint(where_key, (len(targets),), 0, target.size)
        return jnp.where(replaced, jax.nn.one_hot(classes, target.size), targets)
    return targets + level * jnp.std(targets) * jax.random.normal(where_key, targets.shape)
