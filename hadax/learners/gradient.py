"""The inner loop: a network trained on the synthetic examples by full-batch gradient descent."""

from dataclasses import dataclass
from typing import cast

import jax
import jax.numpy as jnp
import optax

from hadax.core.dataset import Dataset
from hadax.core.learner import BaseLearner
from hadax.core.types import Key, LearnerState, Metrics
from hadax.core.xla.barrier import barrier_on_cpu
from hadax.learners.config import InnerLoop
from hadax.learners.losses import LOSSES
from hadax.learners.networks import Network
from hadax.learners.optimizers import OPTIMIZERS, SCHEDULES


@dataclass(frozen=True)
class GradientLearner(BaseLearner):
    """Plain supervised learning on all synthetic examples at once; hashable.

    Attributes:
      network: the flax module.
      input_shape: shape of one input.
      inner_loop: how it is trained; its loss must be one of hadax.learners.losses.LOSSES.
    """

    network: Network
    input_shape: tuple[int, ...]
    inner_loop: InnerLoop

    def init(self, key: Key) -> LearnerState:
        """Freshly initialised parameters."""
        return self.network.init(key, jnp.zeros((1, *self.input_shape)))

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """Parameters after `inner_steps` steps, and the last step's loss as `fit_loss`.

        Memory does not depend on the number of steps. Nothing is drawn.
        """
        del key
        optimizer = self.optimizer(dataset.inner_lr_factor)

        def loss_of(params: LearnerState) -> jax.Array:
            return self.loss(self.apply(params, dataset.inputs), dataset.targets)

        def step(
            iteration: int, carry: tuple[LearnerState, optax.OptState, jax.Array]
        ) -> tuple[LearnerState, optax.OptState, jax.Array]:
            del iteration
            params, optimizer_state, _ = carry
            loss, gradient = jax.value_and_grad(loss_of)(params)
            # Else XLA copies every layer at every step, lest a layer below still need its weights.
            gradient = barrier_on_cpu(gradient)
            updates, optimizer_state = optimizer.update(gradient, optimizer_state, params)
            return optax.apply_updates(params, updates), optimizer_state, loss

        start = (initial, optimizer.init(initial), jnp.float32(0))
        trained, _, last_loss = jax.lax.fori_loop(0, self.inner_loop.inner_steps, step, start)
        return trained, {"fit_loss": last_loss}

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The network's outputs [batch, outputs] for inputs [batch, *input_shape]."""
        return cast(jax.Array, self.network.apply(state, inputs))

    def loss(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """The inner loop's loss of `outputs` and `targets`, [size, ...] both."""
        return LOSSES[self.inner_loop.loss](outputs, targets)

    @property
    def scales_inner_lr(self) -> bool:
        """Unless a subclass trains in its own way, which must say so itself."""
        return type(self).fit is GradientLearner.fit

    def optimizer(self, inner_lr_factor: jax.Array | None = None) -> optax.GradientTransformation:
        """The optimiser with its schedule and clipping.

        Args:
          inner_lr_factor: on the learning rate, float32 []; None for a rate that is known when the
            training is compiled.
        """
        loop = self.inner_loop
        chosen = {"eps": loop.inner_epsilon} if loop.inner_epsilon else {}
        peak = loop.inner_lr if inner_lr_factor is None else loop.inner_lr * inner_lr_factor
        rate = SCHEDULES[loop.inner_schedule](peak, loop.inner_steps)
        optimizer = OPTIMIZERS[loop.inner_optimizer](rate, **chosen)
        if loop.inner_clip == 0:
            return optimizer
        return optax.chain(optax.clip_by_global_norm(loop.inner_clip), optimizer)
