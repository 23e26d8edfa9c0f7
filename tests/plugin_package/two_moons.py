"""Two interleaved half circles to tell apart: a whole third-party task, in its own package."""

import jax
import jax.numpy as jnp
import optax
from flax import struct

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.task import BaseTask, Discrete, Evaluation


@struct.dataclass
class TwoMoons(BaseTask):
    batch: int = struct.field(pytree_node=False, default=128)
    noise: float = struct.field(pytree_node=False, default=0.1)
    input_shape = (2,)
    target = Discrete(2)
    has_test_data = True

    def evaluate(self, key, policy, state):
        angle_key, noise_key = jax.random.split(key)
        angles = jnp.pi * jax.random.uniform(angle_key, (self.batch,))
        labels = jnp.arange(self.batch) % 2
        upper = jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=1)
        points = jnp.where(labels[:, None] == 0, upper, jnp.array([1.0, 0.5]) - upper)
        points += self.noise * jax.random.normal(noise_key, points.shape)
        logits = policy(points)
        loss = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
        accuracy = jnp.mean(jnp.argmax(logits, axis=1) == labels)
        return Evaluation(fitness=-loss, metrics={"accuracy": accuracy})

    def initial_dataset(self, key, size):
        return Dataset(jax.random.normal(key, (size, 2)), balanced_one_hot(size, 2))


def make(*, batch: int = 128, noise: float = 0.1):
    return TwoMoons(batch=batch, noise=noise)
