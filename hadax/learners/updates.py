"""Four optimisers as one update, whose numbers tell them apart: another compiles nothing."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.types import Pytree


@struct.dataclass
class Update:
    """The numbers of one optimiser's step, float32 [] each.

    Attributes:
      decay: of the gradient's running mean; 0 for the gradient itself.
      gain: of a new gradient in that mean.
      square_decay: of the running mean of its squares.
      adaptive: 1 where a step is divided by the root of that mean, else 0.
      inside: added below the root.
      outside: added to the root.
      corrected: 1 where both means are corrected for their start at zero, else 0.
    """

    decay: jax.Array | float = 0.0
    gain: jax.Array | float = 1.0
    square_decay: jax.Array | float = 0.0
    adaptive: jax.Array | float = 0.0
    inside: jax.Array | float = 0.0
    outside: jax.Array | float = 0.0
    corrected: jax.Array | float = 0.0


@struct.dataclass
class OptimizerState:
    """What an optimiser remembers; both trees are the parameters'.

    Attributes:
      count: steps done, int32 [].
      mean: of the gradients.
      square: of their squares.
    """

    count: jax.Array
    mean: Pytree
    square: Pytree


UPDATES: dict[str, Update] = {
    "sgd": Update(),
    "momentum": Update(decay=0.9),
    "rmsprop": Update(square_decay=0.9, adaptive=1.0, inside=1e-8),
    "adam": Update(0.9, 0.1, 0.999, adaptive=1.0, outside=1e-8, corrected=1.0),
}
"""By the names of hadax.learners.optimizers, whose steps these are up to rounding."""


def with_epsilon(optimizer: str, epsilon: float) -> Update:
    """The numbers of a named optimiser, as Python's own.

    Args:
      optimizer: a name in UPDATES.
      epsilon: in place of the one below or beside its root; 0 for its own.
    """
    update = UPDATES[optimizer]
    if epsilon and update.inside:
        return replace(update, inside=epsilon)
    if epsilon and update.outside:
        return replace(update, outside=epsilon)
    return update


def fresh_state(params: Pytree) -> OptimizerState:
    """What an optimiser of these parameters knows before its first step."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return OptimizerState(jnp.int32(0), zeros, zeros)


def updated(
    update: Update, rate: jax.Array, params: Pytree, gradient: Pytree, memory: OptimizerState
) -> tuple[Pytree, OptimizerState]:
    """The parameters after one step, and what is remembered of it.

    Args:
      update: which optimiser.
      rate: learning rate, float32 [].
      params: before the step.
      gradient: the loss's, in the form of the parameters.
      memory: of the steps before.
    """
    count = memory.count + 1
    steps = count.astype(jnp.float32)
    mean = jax.tree.map(
        lambda old, new: update.decay * old + update.gain * new, memory.mean, gradient
    )
    square = jax.tree.map(
        lambda old, new: update.square_decay * old + (1 - update.square_decay) * new * new,
        memory.square,
        gradient,
    )
    # One where nothing is corrected: a decay of zero to whatever power is none.
    first = 1 - update.corrected * jnp.power(update.decay, steps)
    second = 1 - update.corrected * jnp.power(update.square_decay, steps)

    def moved(param: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        # Under the root never zero: what does not adapt divides by one.
        root = jnp.sqrt(jnp.where(update.adaptive > 0, v / second + update.inside, 1.0))
        return param - rate / first * m / (root + update.outside)

    return jax.tree.map(moved, params, mean, square), OptimizerState(count, mean, square)
