"""What a SwitchedLearner can be: one choice, and all that it is drawn from."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.streams import CHOICE_STREAM
from hadax.core.types import Key
from hadax.learners.updates import Update, with_epsilon


@struct.dataclass
class Choice:
    """One of a SwitchedLearner's networks, and how it is trained.

    Attributes:
      network: its place among the learner's, int32 [].
      depth: its hidden layers, at least 1, int32 [].
      activation: its place among the learner's, int32 [].
      update: the optimiser's.
      rate: learning rate, float32 [].
      steps: full-batch gradient steps, int32 [].
    """

    network: jax.Array
    depth: jax.Array
    activation: jax.Array
    update: Update
    rate: jax.Array
    steps: jax.Array


@dataclass(frozen=True)
class Choices:
    """What a generation's learner is drawn from; hashable.

    Attributes:
      networks, activations: how many there are to choose from.
      depths: hidden layers to choose from.
      optimizers: names in UPDATES.
      rates: the learning rate of each of them, before its factor.
      epsilons: of each of them, in place of its own; 0 for that.
      factor: the largest on a learning rate, and one over the smallest.
      steps: full-batch gradient steps.
    """

    networks: int
    activations: int
    depths: tuple[int, ...]
    optimizers: tuple[str, ...]
    rates: tuple[float, ...]
    epsilons: tuple[float, ...]
    factor: float
    steps: int

    def draw(self, key: Key) -> Choice:
        """Each by itself; the learning rate evenly between orders of magnitude."""
        keys = jax.random.split(jax.random.fold_in(key, CHOICE_STREAM), 5)
        network_key, depth_key, activation_key, optimizer_key, rate_key = keys
        optimizer = jax.random.randint(optimizer_key, (), 0, len(self.optimizers))
        spread = jnp.log(jnp.float32(self.factor))
        factor = jnp.exp(jax.random.uniform(rate_key, (), minval=-spread, maxval=spread))
        rows = list(map(with_epsilon, self.optimizers, self.epsilons))
        return Choice(
            network=jax.random.randint(network_key, (), 0, self.networks),
            depth=jax.random.choice(depth_key, jnp.int32(self.depths)),
            activation=jax.random.randint(activation_key, (), 0, self.activations),
            update=jax.tree.map(lambda *each: jnp.float32(each)[optimizer], *rows),
            rate=jnp.float32(self.rates)[optimizer] * factor,
            steps=jnp.int32(self.steps),
        )
