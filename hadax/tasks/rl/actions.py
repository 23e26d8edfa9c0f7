"""From a network's outputs to actions: categorical or Gaussian, greedy or sampled."""

import jax
import jax.numpy as jnp

from hadax.core.errors import ConfigError
from hadax.core.specification import Discrete, TargetSpec
from hadax.core.types import Key


def choose_actions(
    target: TargetSpec, mode: str, bounds: str, scale: float, key: Key, outputs: jax.Array
) -> jax.Array:
    """Actions for a batch of outputs.

    Args:
      target: the environment's actions.
      mode: one of hadax.tasks.rl.config.ACTION_MODES.
      bounds: one of hadax.tasks.rl.config.ACTION_BOUNDS.
      scale: what continuous actions are multiplied with before they are bounded.
      key: used when sampling.
      outputs: logits [batch, actions] for discrete actions; for continuous ones means
        [batch, size], or means and log standard deviations [batch, 2 * size].

    Returns:
      int32 [batch], or float32 [batch, size] in [-1, 1].

    Raises:
      ConfigError: sampling continuous actions from a network that has no standard deviation.
    """
    if isinstance(target, Discrete):
        if mode == "sample":
            return jax.random.categorical(key, outputs).astype(jnp.int32)
        return jnp.argmax(outputs, axis=-1).astype(jnp.int32)
    mean, log_std = outputs[:, : target.size], outputs[:, target.size :]
    if mode == "sample":
        if log_std.shape[-1] == 0:
            expected = (
                "needs a loss that learns a standard deviation: gaussian_negative_log_likelihood"
            )
            raise ConfigError("action_mode", mode, expected)
        mean = mean + jnp.exp(log_std) * jax.random.normal(key, mean.shape)
    return bounded(bounds, scale * mean)


def bounded(bounds: str, actions: jax.Array) -> jax.Array:
    """Continuous `actions` [batch, size] within [-1, 1]; `bounds` as in `choose_actions`."""
    return jnp.tanh(actions) if bounds == "tanh" else jnp.clip(actions, -1.0, 1.0)


def random_actions(target: TargetSpec, key: Key, count: int) -> jax.Array:
    """Uniformly random actions: int32 [count], or float32 [count, size] in [-1, 1]."""
    if isinstance(target, Discrete):
        return jax.random.randint(key, (count,), 0, target.size, jnp.int32)
    return jax.random.uniform(key, (count, target.size), minval=-1.0, maxval=1.0)
