"""Dropout of inputs, by the target's own loss: a whole third-party learner, in its own package."""

from dataclasses import dataclass, replace

import jax
import optax

from hadax.learners.gradient import GradientLearner
from hadax.learners.losses import LOSSES, default_loss
from hadax.learners.networks import make_network


@dataclass(frozen=True)
class Dropout(GradientLearner):
    rate: float

    def fit(self, key, initial, dataset):
        optimizer, loss_function = self.optimizer(), LOSSES[self.inner_loop.loss]

        def loss_of(weights, mask_key):
            kept = jax.random.bernoulli(mask_key, 1 - self.rate, dataset.inputs.shape)
            outputs = self.apply(weights, dataset.inputs * kept / (1 - self.rate))
            return loss_function(outputs, dataset.targets)

        def step(carry, mask_key):
            weights, state = carry
            loss, gradient = jax.value_and_grad(loss_of)(weights, mask_key)
            updates, state = optimizer.update(gradient, state, weights)
            return (optax.apply_updates(weights, updates), state), loss

        keys = jax.random.split(key, self.inner_loop.inner_steps)
        (weights, _), losses = jax.lax.scan(step, (initial, optimizer.init(initial)), keys)
        return weights, {"fit_loss": losses[-1]}


def make(network, inner_loop, input_shape, target, *, rate: float = 0.1):
    made = make_network(network, input_shape, target.size, log_std=False)
    loop = replace(inner_loop, loss=default_loss(target))
    return Dropout(made, input_shape, loop, rate)
