"""The Learner seam: how a dataset becomes a trained network."""

from typing import Protocol

import jax

from hadax.core.dataset import Dataset
from hadax.core.types import Key, LearnerState, Metrics


class Learner(Protocol):
    """Plain supervised learning as pure functions; a frozen, hashable dataclass.

    Initialisation is apart from fitting so that one draw can serve a whole population.
    """

    def init(self, key: Key) -> LearnerState:
        """A freshly initialised network."""

    def fit(self, initial: LearnerState, dataset: Dataset) -> tuple[LearnerState, Metrics]:
        """The network after training on the dataset, and scalars about the training."""

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """Outputs [batch, outputs] for inputs [batch, *input_shape]."""
