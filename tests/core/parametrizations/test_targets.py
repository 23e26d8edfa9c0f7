"""What of a dataset's targets evolves: encoded, and decoded again."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets

DATASET = Dataset(inputs=jnp.arange(6.0).reshape(3, 2), targets=balanced_one_hot(3, 4))


@pytest.mark.parametrize("parametrization", [FixedTargets(DATASET.targets), LearnedTargets()])
def test_decoding_undoes_encoding(parametrization):
    decoded = parametrization.decode(parametrization.encode(DATASET))
    assert jnp.array_equal(decoded.inputs, DATASET.inputs)
    assert jnp.array_equal(decoded.targets, DATASET.targets)


def test_fixed_targets_are_no_part_of_the_candidate():
    candidate = FixedTargets(DATASET.targets).encode(DATASET)
    assert jax.tree.leaves(candidate)[0].size == DATASET.inputs.size


def test_learned_labels_are_distributions_that_begin_near_the_hard_ones():
    parametrization = LearnedLabels()
    candidate = parametrization.encode(DATASET)
    labels = parametrization.decode(candidate).targets
    assert jnp.allclose(labels.sum(axis=1), 1)
    assert jnp.array_equal(jnp.argmax(labels, axis=1), jnp.argmax(DATASET.targets, axis=1))
    wild = candidate.replace(targets=50 * candidate.targets - 20)
    assert jnp.all(parametrization.decode(wild).targets >= 0)
