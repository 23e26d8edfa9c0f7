"""The inner loop: a network trained on the synthetic examples by full-batch gradient descent."""

from dataclasses import dataclass
from typing import cast

import jax
import jax.numpy as jnp
import optax

from hadax.core.dataset import Dataset
from hadax.core.types import Key, LearnerState, Metrics
from hadax.core.xla.barrier import barrier_on_cpu
from hadax.learners.losses import LOSSES
from hadax.learners.networks import Network
from hadax.learners.optimizers import OPTIMIZERS, SCHEDULES


@dataclass(frozen=True)
class GradientLearner:
    """Plain supervised learning on all synthetic examples at once; hashable.

    Attributes:
      network: the flax module.
      input_shape: shape of one input.
      loss: one of hadax.learners.losses.LOSSES.
      inner_optimizer, inner_lr, inner_steps, inner_epsilon, inner_clip, inner_schedule: as in
        LearnerConfig.
    """

    network: Network
    input_shape: tuple[int, ...]
    loss: str
    inner_optimizer: str = "adam"
    inner_lr: float = 0.005
    inner_steps: int = 100
    inner_epsilon: float = 0.0
    inner_clip: float = 0.0
    inner_schedule: str = "constant"

    def init(self, key: Key) -> LearnerState:
        """Freshly initialised parameters."""
        return self.network.init(key, jnp.zeros((1, *self.input_shape)))

    def fit(self, initial: LearnerState, dataset: Dataset) -> tuple[LearnerState, Metrics]:
        """Parameters after `inner_steps` steps, and the last step's loss as `fit_loss`.

        Memory does not depend on the number of steps.
        """
        optimizer = self.optimizer()

        def loss_of(params: LearnerState) -> jax.Array:
            return LOSSES[self.loss](self.apply(params, dataset.inputs), dataset.targets)

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
        trained, _, last_loss = jax.lax.fori_loop(0, self.inner_steps, step, start)
        return trained, {"fit_loss": last_loss}

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The network's outputs [batch, outputs] for inputs [batch, *input_shape]."""
        return cast(jax.Array, self.network.apply(state, inputs))

    def optimizer(self) -> optax.GradientTransformation:
        """The optimiser with its schedule and clipping."""
        chosen = {"eps": self.inner_epsilon} if self.inner_epsilon else {}
        rate = SCHEDULES[self.inner_schedule](self.inner_lr, self.inner_steps)
        optimizer = OPTIMIZERS[self.inner_optimizer](rate, **chosen)
        if self.inner_clip == 0:
            return optimizer
        return optax.chain(optax.clip_by_global_norm(self.inner_clip), optimizer)
