"""The inner loop's learning rate evolves beside the dataset.

Wang et al., "Dataset Distillation", 2018 (https://arxiv.org/abs/1811.10959).
"""

from dataclasses import replace

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.types import Candidate


@struct.dataclass
class Rated:
    """A candidate and its learning rate.

    Attributes:
      candidate: of the dataset.
      log_factor: natural logarithm of the factor on the learners' own rate, float32 []. So a std
        of 0.1, which suits normalised inputs, tries rates a tenth apart.
    """

    candidate: Candidate
    log_factor: jax.Array


@struct.dataclass
class LearnedInnerRate:
    """One number more: a factor on the learning rate of every learner.

    Attributes:
      inner: how the dataset is written.
    """

    inner: Parametrization

    def encode(self, dataset: Dataset) -> Candidate:
        """The dataset's candidate, with its factor; 1 where it has none."""
        factor = dataset.inner_lr_factor
        log_factor = jnp.float32(0) if factor is None else jnp.log(factor)
        return Rated(self.inner.encode(dataset), log_factor)

    def decode(self, candidate: Candidate) -> Dataset:
        """The dataset, with the factor as its `inner_lr_factor`, above 0."""
        dataset = self.inner.decode(candidate.candidate)
        return replace(dataset, inner_lr_factor=jnp.exp(candidate.log_factor))
