"""Losses of the inner loop: outputs and targets of the synthetic examples to one scalar."""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from hadax.core.errors import require
from hadax.core.specification import Discrete, TargetSpec
from hadax.learners.config import AUTOMATIC_LOSS, GAUSSIAN

Loss = Callable[[jax.Array, jax.Array], jax.Array]


def cross_entropy(outputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean softmax cross-entropy of logits and distributions over the classes.

    Args:
      outputs: logits [batch, classes].
      targets: distributions [batch, classes].
    """
    return jnp.mean(optax.softmax_cross_entropy(outputs, targets))


def mean_squared_error(outputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean squared difference of `outputs` and `targets`, [batch, size] both."""
    return jnp.mean(jnp.square(outputs - targets))


def gaussian_negative_log_likelihood(outputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Mean negative log-likelihood of targets [batch, size] under diagonal Gaussians.

    Args:
      outputs: means and log standard deviations side by side [batch, 2 * size].
      targets: [batch, size].
    """
    mean, log_std = jnp.split(outputs, 2, axis=-1)
    scaled = (targets - mean) * jnp.exp(-log_std)
    density = 0.5 * jnp.square(scaled) + log_std + 0.5 * math.log(2 * math.pi)
    return jnp.mean(jnp.sum(density, axis=-1))


LOSSES: dict[str, Loss] = {
    "cross_entropy": cross_entropy,
    "mean_squared_error": mean_squared_error,
    GAUSSIAN: gaussian_negative_log_likelihood,
}


def default_loss(target: TargetSpec) -> str:
    """Cross-entropy for classes and discrete actions, squared error for real vectors."""
    return "cross_entropy" if isinstance(target, Discrete) else "mean_squared_error"


def resolved_loss(loss: str, target: TargetSpec) -> str:
    """The loss that trains networks for a target: the named one, or its own where that is auto.

    Args:
      loss: AUTOMATIC_LOSS, or one of LOSSES.
      target: what the networks answer.

    Raises:
      ConfigError: a loss that such targets cannot have.
    """
    own = default_loss(target)
    resolved = own if loss == AUTOMATIC_LOSS else loss
    require(fits(resolved, target), "loss", resolved, f"cannot train {target}; use {own}")
    return resolved


def learns_spread(loss: str) -> bool:
    """Whether networks under this loss, one of LOSSES, answer log standard deviations too."""
    return loss == GAUSSIAN


def fits(loss: str, target: TargetSpec) -> bool:
    """Whether a loss can be used with a kind of target."""
    if loss == "mean_squared_error":
        return True
    return (loss == "cross_entropy") == isinstance(target, Discrete)
