"""Several networks and inner loops under one compiled function: which of them is a traced number.

A simulator takes a minute to compile and the networks that play in it a second, so that measuring a
dataset on forty learners, or evolving it for another one each generation, must not compile them one
by one. Each width has a branch of its own, exactly as wide as it is, and weights of its own, which
are zeros while another is chosen. Depths and activations are numbers within.
"""

from dataclasses import dataclass
from functools import partial
from typing import cast

import jax
import jax.numpy as jnp
import optax
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.learner import BaseLearner
from hadax.core.types import Key, LearnerState, Metrics
from hadax.core.xla.barrier import barrier_on_cpu
from hadax.core.xla.sequential import apart_where_batched, one_after_another
from hadax.learners.choices import Choice, Choices
from hadax.learners.layered import Layered
from hadax.learners.losses import LOSSES
from hadax.learners.updates import fresh_state, updated


@struct.dataclass
class SwitchedState:
    """A network's weights, and which network's they are.

    Attributes:
      choice: the network's.
      weights: of every network; zeros but for the chosen one's.
    """

    choice: Choice
    weights: tuple[LearnerState, ...]


@dataclass(frozen=True)
class SwitchedLearner(BaseLearner):
    """Full-batch gradient descent on one of several networks; hashable.

    Attributes:
      networks: of the same outputs, depths and activations; one a width, say.
      input_shape: shape of one input.
      loss: one of hadax.learners.losses.LOSSES.
      clip: largest global norm of a gradient; 0 clips nothing.
      choices: what `init` draws from.
    """

    networks: tuple[Layered, ...]
    input_shape: tuple[int, ...]
    loss: str
    clip: float
    choices: Choices

    def init(self, key: Key) -> LearnerState:
        """Fresh weights of a network that is drawn with them, and how it will be trained."""
        return one_after_another(self._drawn)(key)

    def start(self, key: Key, choice: Choice) -> SwitchedState:
        """The chosen network's fresh weights: those that its own learner draws from the key."""
        deepest = self.networks[0].config.depth
        draws = [
            partial(self._fresh, network, depth)
            for network in self.networks
            for depth in range(1, deepest + 1)
        ]
        place = choice.network * deepest + choice.depth - 1
        return SwitchedState(choice, jax.lax.switch(place, draws, key))

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """The weights after the chosen steps, and the last step's loss as `fit_loss`."""
        del key
        branches = [partial(self._trained, network) for network in self.networks]

        def train(
            choice: Choice, weights: tuple[LearnerState, ...], dataset: Dataset
        ) -> tuple[LearnerState, jax.Array]:
            return jax.lax.switch(choice.network, branches, choice, weights, dataset)

        weights, loss = apart_where_batched(train)(initial.choice, initial.weights, dataset)
        return initial.replace(weights=weights), {"fit_loss": loss}

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The chosen network's outputs [batch, outputs] for inputs [batch, *input_shape]."""
        branches = [partial(self._applied, network) for network in self.networks]
        choice = state.choice
        return cast(
            jax.Array, jax.lax.switch(choice.network, branches, choice, state.weights, inputs)
        )

    @property
    def scales_inner_lr(self) -> bool:
        """The learning rate is a number among others."""
        return True

    @property
    def shares_between_candidates(self) -> bool:
        """Which network it is; apart from each other candidates would compute them all."""
        return True

    def _drawn(self, key: Key) -> SwitchedState:
        return self.start(key, self.choices.draw(key))

    def _fresh(self, network: Layered, depth: int, key: Key) -> LearnerState:
        drawn = network.init(depth, key, jnp.zeros((1, *self.input_shape)))
        return self._among_all(network, drawn)

    def _trained(
        self,
        network: Layered,
        choice: Choice,
        weights: tuple[LearnerState, ...],
        dataset: Dataset,
    ) -> tuple[LearnerState, jax.Array]:
        factor = dataset.inner_lr_factor
        rate = choice.rate if factor is None else choice.rate * factor
        clip = optax.clip_by_global_norm(self.clip) if self.clip else optax.identity()

        def loss_of(params: LearnerState) -> jax.Array:
            outputs = network.apply(params, choice.depth, choice.activation, dataset.inputs)
            return LOSSES[self.loss](outputs, dataset.targets)

        def step(
            iteration: int, carry: tuple[LearnerState, LearnerState, jax.Array]
        ) -> LearnerState:
            del iteration
            params, memory, _ = carry
            loss, gradient = jax.value_and_grad(loss_of)(params)
            # As in GradientLearner.
            gradient, _ = clip.update(barrier_on_cpu(gradient), clip.init(params))
            return *updated(choice.update, rate, params, gradient, memory), loss

        params = weights[self.networks.index(network)]
        start = (params, fresh_state(params), jnp.float32(0))
        trained, _, loss = jax.lax.fori_loop(0, choice.steps, step, start)
        return self._among_all(network, trained), loss

    def _applied(
        self, network: Layered, choice: Choice, weights: tuple[LearnerState, ...], inputs: jax.Array
    ) -> jax.Array:
        params = weights[self.networks.index(network)]
        return network.apply(params, choice.depth, choice.activation, inputs)

    def _shapes(self, network: Layered) -> LearnerState:
        inputs = jax.ShapeDtypeStruct((1, *self.input_shape), jnp.float32)
        init = partial(network.init, network.config.depth)
        return jax.eval_shape(init, jax.random.key(0), inputs)

    def _among_all(self, network: Layered, params: LearnerState) -> tuple[LearnerState, ...]:
        """One network's parameters beside zeros for all others'."""
        return tuple(
            params
            if each == network
            else jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), self._shapes(each))
            for each in self.networks
        )
