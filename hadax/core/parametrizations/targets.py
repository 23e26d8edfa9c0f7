"""What of a dataset's targets evolves: nothing, real vectors, or soft labels."""

import math

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.types import Candidate

# How sure a learned label is at first: evolution begins near the hard labels and still has a slope
# to follow.
_INITIAL_PROBABILITY = 0.95

# Less than this is as much, or its logit would be without bounds.
_LEAST_PROBABILITY = 1e-6


@struct.dataclass
class FixedTargets:
    """Only the inputs evolve; the targets [size, target_size] stay as they are."""

    targets: jax.Array

    def encode(self, dataset: Dataset) -> Candidate:
        """The inputs alone, [size, *input_shape]."""
        return dataset.inputs

    def decode(self, candidate: Candidate) -> Dataset:
        """The candidate as inputs [size, *input_shape], with the fixed targets."""
        return Dataset(inputs=candidate, targets=self.targets)


@struct.dataclass
class LearnedTargets:
    """Inputs and real-valued targets evolve together."""

    def encode(self, dataset: Dataset) -> Candidate:
        """The dataset itself: all of its entries evolve."""
        return dataset

    def decode(self, candidate: Candidate) -> Dataset:
        """The candidate itself, which is a dataset already."""
        return Dataset(inputs=candidate.inputs, targets=candidate.targets)


@struct.dataclass
class LearnedLabels:
    """Inputs and soft labels evolve together; labels are kept as logits."""

    def encode(self, dataset: Dataset) -> Candidate:
        """Logits of soft labels, the least likely at 0; hard labels are softened first."""
        classes = dataset.targets.shape[-1]
        labels = jax.nn.one_hot(jnp.argmax(dataset.targets, axis=-1), classes)
        odds = _INITIAL_PROBABILITY / (1 - _INITIAL_PROBABILITY) * (classes - 1)
        logits = jnp.log(jnp.maximum(dataset.targets, _LEAST_PROBABILITY))
        soft = logits - jnp.min(logits, axis=-1, keepdims=True)
        hard = jnp.all(dataset.targets == jnp.round(dataset.targets), axis=-1, keepdims=True)
        targets = jnp.where(hard, math.log(odds) * labels, soft)
        return Dataset(inputs=dataset.inputs, targets=targets)

    def decode(self, candidate: Candidate) -> Dataset:
        """The dataset whose labels are the softmax of the logits."""
        return Dataset(inputs=candidate.inputs, targets=jax.nn.softmax(candidate.targets, axis=-1))
