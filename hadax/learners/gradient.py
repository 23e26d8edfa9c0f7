"""The inner loop: a network trained on the synthetic examples by full-batch gradient descent."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import jax
import jax.numpy as jnp
import optax

from hadax.core.dataset import Dataset
from hadax.core.learner import BaseLearner
from hadax.core.types import Key, LearnerState, Metrics
from hadax.core.xla.barrier import fence
from hadax.learners.config import InnerLoop
from hadax.learners.kernels.adam import adam
from hadax.learners.losses import LOSSES
from hadax.learners.networks import Network

_OWN_OPTIMIZERS: dict[str, Callable[..., optax.GradientTransformation]] = {
    "adam": adam,
    "momentum": partial(optax.sgd, momentum=0.9),
    "nesterov": partial(optax.sgd, momentum=0.9, nesterov=True),
}

# Parts of optimisers; one whose update needs the loss as a function; one with noise that no key of
# ours decides; one that optax deprecates for its second version.
_NO_OPTIMIZERS = (
    "scale_by_learning_rate",
    "scale_by_rprop",
    "lbfgs",
    "noisy_sgd",
    "optimistic_adam",
)


def _optax_optimizers() -> dict[str, Callable[..., optax.GradientTransformation]]:
    """optax's functions of a learning rate and otherwise optional settings, by name."""
    found = {}
    for name, function in inspect.getmembers(optax, inspect.isfunction):
        parameters = list(inspect.signature(function).parameters.values())
        optional = all(each.default is not each.empty for each in parameters[1:])
        if parameters and parameters[0].name == "learning_rate" and optional:
            found[name] = function
    return {name: found[name] for name in sorted(found) if name not in _NO_OPTIMIZERS}


OPTIMIZERS: dict[str, Callable[..., optax.GradientTransformation]] = {
    **_optax_optimizers(),
    **_OWN_OPTIMIZERS,
}
"""Every optax optimiser by its own name (adam in our own arithmetic), and sgd with momentum 0.9."""


def whole(gradient: LearnerState) -> LearnerState:
    """The gradient, all of it computed before any weight moves.

    Else XLA for CPUs copies every layer at every step, lest a layer below still need its weights.
    """
    computed: LearnerState = jax.lax.platform_dependent(gradient, cpu=fence, default=_as_it_is)
    return computed


def _as_it_is(gradient: LearnerState) -> LearnerState:
    return gradient


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
        optimizer, loss_function = self.optimizer(), LOSSES[self.inner_loop.loss]

        def loss_of(params: LearnerState) -> jax.Array:
            return loss_function(self.apply(params, dataset.inputs), dataset.targets)

        def step(
            iteration: int, carry: tuple[LearnerState, optax.OptState, jax.Array]
        ) -> tuple[LearnerState, optax.OptState, jax.Array]:
            del iteration
            params, optimizer_state, _ = carry
            loss, gradient = jax.value_and_grad(loss_of)(params)
            gradient = whole(gradient)
            updates, optimizer_state = optimizer.update(gradient, optimizer_state, params)
            return optax.apply_updates(params, updates), optimizer_state, loss

        start = (initial, optimizer.init(initial), jnp.float32(0))
        trained, _, last_loss = jax.lax.fori_loop(0, self.inner_loop.inner_steps, step, start)
        return trained, {"fit_loss": last_loss}

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The network's outputs [batch, outputs] for inputs [batch, *input_shape]."""
        return cast(jax.Array, self.network.apply(state, inputs))

    def optimizer(self) -> optax.GradientTransformation:
        """The optimiser with its schedule and clipping."""
        loop = self.inner_loop
        chosen = {"eps": loop.inner_epsilon} if loop.inner_epsilon else {}
        optimizer = OPTIMIZERS[loop.inner_optimizer](_learning_rate(loop), **chosen)
        if loop.inner_clip == 0:
            return optimizer
        return optax.chain(optax.clip_by_global_norm(loop.inner_clip), optimizer)


def _learning_rate(loop: InnerLoop) -> optax.ScalarOrSchedule:
    if loop.inner_schedule == "linear":
        return optax.linear_schedule(loop.inner_lr, 0.0, loop.inner_steps)
    if loop.inner_schedule == "cosine":
        return optax.cosine_decay_schedule(loop.inner_lr, loop.inner_steps)
    return loop.inner_lr
