"""A task of one's own: telling two rings of points apart, from six synthetic points.

A task is a flax struct with four members: what a network is given, what it answers, how well it
does, and where a search starts. One sees the six points and the accuracy of fresh networks trained
on nothing else. Half a minute on two cores.
"""

import argparse

import jax
import jax.numpy as jnp
import optax
from flax import struct

import hadax
from hadax.core.dataset import balanced_one_hot


@struct.dataclass
class Rings(hadax.BaseTask):
    """Minus the cross-entropy of telling a ring of radius 1 from one of radius 2.

    Attributes:
      batch: points of one evaluation.
    """

    batch: int = struct.field(pytree_node=False, default=128)
    input_shape = (2,)
    target = hadax.Discrete(2)
    score_metric = "accuracy"
    has_test_data = True  # A score's points are drawn anew.

    def evaluate(self, key, policy, state):
        """How well one policy does on fresh points; the same key gives the same points."""
        angle_key, noise_key = jax.random.split(key)
        labels = jnp.arange(self.batch) % 2
        angles = 2 * jnp.pi * jax.random.uniform(angle_key, (self.batch,))
        radii = 1 + labels + 0.1 * jax.random.normal(noise_key, (self.batch,))
        logits = policy(radii[:, None] * jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=1))
        loss = optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()
        accuracy = jnp.mean(jnp.argmax(logits, axis=1) == labels)
        return hadax.Evaluation(fitness=-loss, metrics={"accuracy": accuracy})

    def initial_dataset(self, key, size):
        """Points around the middle, half of each ring."""
        return hadax.Dataset(jax.random.normal(key, (size, 2)), balanced_one_hot(size, 2))


def main() -> None:
    """Distils the task, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=150)
    generations = parser.parse_args().generations

    # Known by name, so that a file of it can be loaded; `hadax.distill(Rings())` works without.
    hadax.register("examples/rings", lambda *, batch=128: Rings(batch=batch))
    found = hadax.distill(
        "examples/rings",
        dataset_size=6,
        generations=generations,
        population=32,
        width=32,
        inner_lr=0.02,
        strategy="SNES",
        std=1.0,
        seed=0,
    )
    for point, ring in zip(found.dataset.inputs, found.dataset.targets, strict=True):
        print(f"{point}: ring {ring.argmax()}")
    print(f"score: {found.score}")


if __name__ == "__main__":
    main()
