"""Several networks that answer as one: the mean of what each would do."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset
from hadax.core.learner import BaseLearner, Learner
from hadax.core.types import Key, LearnerState, Metrics

_SMALLEST = 1e-30


@dataclass(frozen=True)
class EnsembleLearner(BaseLearner):
    """Networks from initialisations of their own, trained on the same data; hashable.

    Attributes:
      member: trains each of them.
      size: how many there are, at least 1.
      discrete: whether outputs are logits, whose distributions are averaged, not the logits.
    """

    member: Learner
    size: int
    discrete: bool

    def init(self, key: Key) -> LearnerState:
        """Freshly initialised members, [size, ...]."""
        return jax.vmap(self.member.init)(jax.random.split(key, self.size))

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """The members after training, each on all of the data, and their metrics' means."""

        def fit(key: Key, initial: LearnerState) -> tuple[LearnerState, Metrics]:
            trained, metrics = self.member.fit(key, initial, dataset)
            return self.member.parameters(trained), metrics

        trained, metrics = jax.vmap(fit)(jax.random.split(key, self.size), initial)
        return trained, jax.tree.map(jnp.mean, metrics)

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The mean outputs [batch, outputs] for inputs [batch, *input_shape].

        Of classes or discrete actions the logarithm of the mean distribution, which is logits too.
        """
        outputs = jax.vmap(lambda member: self.member.apply(member, inputs))(state)
        if not self.discrete:
            return jnp.mean(outputs, axis=0)
        mean = jnp.mean(jax.nn.softmax(outputs), axis=0)
        # Outputs that are not finite stay so: they have no fitness.
        return jnp.log(jnp.where(mean < _SMALLEST, _SMALLEST, mean))
