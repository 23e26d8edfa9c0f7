"""Datasets grown by splitting teach what they did, and are no mere repetition."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.parametrizations.growing import repeated, split_apart
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets


@pytest.fixture
def dataset(key):
    return Dataset(jax.random.normal(key, (4, 3)), jax.random.normal(key, (4, 2)))


def test_twice_the_examples_train_the_same_network(linear_learner, dataset, key):
    fitted = [
        linear_learner.fit(key, linear_learner.init(key), each)[0]
        for each in (dataset, repeated(dataset, 8))
    ]
    for one, other in zip(*map(jax.tree.leaves, fitted), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_examples_are_repeated_in_turn(dataset):
    grown = repeated(dataset, 6)
    np.testing.assert_array_equal(grown.inputs, dataset.inputs[jnp.array([0, 1, 2, 3, 0, 1])])


def test_originals_stay_and_copies_move_by_a_tenth_of_the_search(dataset, key):
    wide = repeated(dataset, 400)
    grown = split_apart(key, LearnedTargets(), wide, 4, std=0.5)
    for moved, exact in ((grown.inputs, wide.inputs), (grown.targets, wide.targets)):
        np.testing.assert_array_equal(moved[:4], exact[:4])
        assert float(jnp.std((moved - exact)[4:])) == pytest.approx(0.05, rel=0.1)


def test_fixed_targets_stay_fixed(dataset, key):
    wide = repeated(dataset, 8)
    grown = split_apart(key, FixedTargets(wide.targets), wide, 4, std=1.0)
    np.testing.assert_array_equal(grown.targets, wide.targets)
    assert jnp.all(grown.inputs[4:] != wide.inputs[4:])


def test_learned_labels_are_moved_and_stay_distributions(dataset, key):
    soft = jax.nn.softmax(dataset.targets)
    wide = repeated(Dataset(dataset.inputs, soft), 8)
    grown = split_apart(key, LearnedLabels(), wide, 4, std=1.0)
    np.testing.assert_allclose(jnp.sum(grown.targets, axis=1), 1.0, rtol=1e-5)
    assert jnp.all(grown.targets[4:] != wide.targets[4:])


def test_nothing_is_done_where_nothing_grows(dataset, key):
    assert split_apart(key, LearnedTargets(), dataset, 4, std=1.0) is dataset


def test_soft_labels_survive_being_written_as_a_candidate(key):
    soft = jax.nn.softmax(3 * jax.random.normal(key, (5, 4)))
    form = LearnedLabels()
    again = form.decode(form.encode(Dataset(jnp.zeros((5, 1)), soft)))
    np.testing.assert_allclose(again.targets, soft, rtol=1e-5)
    hard = form.decode(form.encode(Dataset(jnp.zeros((5, 1)), balanced_one_hot(5, 4))))
    np.testing.assert_allclose(jnp.max(hard.targets, axis=1), 0.95, rtol=1e-5)
