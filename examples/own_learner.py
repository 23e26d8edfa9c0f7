"""A learner of one's own: AdamW, with dropout on the hidden layer.

A learner says how a dataset becomes a network: `init`, `fit` and `apply`, pure functions in a
frozen dataclass. Registered under a name, it works in `hadax.distill` and is named in the file that
comes of it. One sees CartPole distilled for networks trained this way. Half a minute on two cores.
"""

import argparse
import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax

import hadax


@dataclass(frozen=True)
class DropoutLearner(hadax.BaseLearner):
    """One hidden layer, trained by AdamW with some of its units left out at every step.

    Attributes:
      inputs: entries of one input.
      outputs: entries of one answer.
      width: hidden units.
      steps: gradient steps.
      learning_rate: AdamW's.
      rate: the part of the hidden units that each step leaves out, in [0, 1).
    """

    inputs: int
    outputs: int
    width: int
    steps: int
    learning_rate: float
    rate: float

    def init(self, key):
        """Fresh weights."""
        first, second = jax.random.split(key)
        return {
            "hidden": jax.random.normal(first, (self.inputs, self.width)) / self.inputs**0.5,
            "bias": jnp.zeros(self.width),
            "out": jax.random.normal(second, (self.width, self.outputs)) * 0.01,
        }

    def fit(self, key, initial, dataset):
        """The weights after all steps, and the last loss; the key decides what is left out."""
        optimizer = optax.adamw(self.learning_rate)

        def loss_of(weights, step_key):
            kept = jax.random.bernoulli(step_key, 1 - self.rate, (self.width,)) / (1 - self.rate)
            answers = self._answers(weights, dataset.inputs, kept)
            return optax.softmax_cross_entropy(answers, dataset.targets).mean()

        def step(carry, step_key):
            weights, state = carry
            loss, gradient = jax.value_and_grad(loss_of)(weights, step_key)
            updates, state = optimizer.update(gradient, state, weights)
            return (optax.apply_updates(weights, updates), state), loss

        start = (initial, optimizer.init(initial))
        (weights, _), losses = jax.lax.scan(step, start, jax.random.split(key, self.steps))
        return weights, {"fit_loss": losses[-1]}

    def apply(self, state, inputs):
        """Answers [batch, outputs] for inputs [batch, ...], nothing left out."""
        return self._answers(state, inputs, 1.0)

    def _answers(self, weights, inputs, kept):
        flat = inputs.reshape(inputs.shape[0], -1)
        hidden = jnp.tanh(flat @ weights["hidden"] + weights["bias"])
        return (hidden * kept) @ weights["out"]


def make(
    network: hadax.NetworkConfig,
    inner_loop: hadax.InnerLoop,
    input_shape: tuple[int, ...],
    target: hadax.Discrete,
    *,
    rate: float = 0.2,
) -> DropoutLearner:
    """The learner for a task, with what was asked for of network and inner loop."""
    return DropoutLearner(
        inputs=math.prod(input_shape),
        outputs=target.size,
        width=network.width,
        steps=inner_loop.inner_steps,
        learning_rate=inner_loop.inner_lr,
        rate=rate,
    )


def main() -> None:
    """Distils CartPole for the learner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=80)
    generations = parser.parse_args().generations

    hadax.register_learner("examples/dropout", make)
    found = hadax.distill(
        "gymnax/CartPole-v1",
        learner="examples/dropout",
        learner_option={"rate": 0.1},
        vary=False,
        generations=generations,
        seed=0,
    )
    print(f"score: {found.score}")
    longer = found.with_learner(inner_steps=300)
    print(f"trained longer: {longer.evaluate(seed=1, networks=8, episodes=4)}")


if __name__ == "__main__":
    main()
