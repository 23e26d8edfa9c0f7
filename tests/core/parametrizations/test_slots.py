"""Slots: four examples in the room of one image."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError
from hadax.core.parametrizations.images import InComponents
from hadax.core.parametrizations.slots import (
    as_slots,
    describe_size,
    expanded,
    in_slots,
    packed,
    quarter_components,
    slot_by_slot,
)
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels

REAL = np.random.default_rng(0).normal(size=(200, 6, 4, 1)).astype(np.float32)


def in_quarters(targets, count):
    components = map(jnp.asarray, quarter_components(REAL, count))
    return in_slots(InComponents(targets, *components), *REAL.shape[1:3])


def test_a_quarter_becomes_a_whole_image():
    slots = jnp.zeros((2, 6, 4, 1)).at[1, :3, 2:].set(jnp.arange(6.0).reshape(3, 2, 1))
    examples = expanded(slots)
    assert examples.shape == (8, 6, 4, 1)
    # The upper right quarter of the second slot; corners stay, what is between is interpolated.
    own = examples[5, ..., 0]
    assert (own[0, 0], own[0, -1], own[-1, 0], own[-1, -1]) == (0, 1, 4, 5)
    assert own[0, 1] == pytest.approx(0.25)
    assert jnp.all(own[1:] >= own[:-1])
    others = examples[jnp.array([0, 1, 2, 3, 4, 6, 7])]
    assert not others.any()


def test_slots_are_what_their_examples_were_made_of(key):
    slots = jax.random.normal(key, (3, 6, 4, 2))
    assert jnp.allclose(packed(expanded(slots)), slots, atol=1e-5)


def test_all_components_write_every_slot_down(key):
    made = in_quarters(FixedTargets(balanced_one_hot(8, 2)), 6)
    dataset = Dataset(expanded(jax.random.normal(key, (2, 6, 4, 1))), balanced_one_hot(8, 2))
    candidate = made.encode(dataset)
    assert candidate.shape == (8, 6)
    assert jnp.allclose(made.decode(candidate).inputs, dataset.inputs, atol=1e-5)


def test_fewer_components_are_fewer_numbers_and_each_quarter_has_a_label_of_its_own(key):
    made = in_quarters(LearnedLabels(), 2)
    candidate = made.encode(Dataset(jax.random.normal(key, (8, 6, 4, 1)), balanced_one_hot(8, 2)))
    assert sum(leaf.size for leaf in jax.tree.leaves(candidate)) == 8 * 2 + 8 * 2
    assert made.decode(candidate).inputs.shape == (8, 6, 4, 1)


def test_a_slot_begins_with_one_class_and_is_shown_with_its_mean_label():
    inputs = jnp.arange(12.0)[:, None, None, None] * jnp.ones((12, 2, 2, 1))
    dataset = slot_by_slot(Dataset(inputs, balanced_one_hot(12, 3)))
    assert dataset.inputs[:4, 0, 0, 0].tolist() == [0, 3, 6, 9]
    shown = as_slots(dataset)
    assert jnp.array_equal(shown.targets, jnp.eye(3))
    assert jnp.allclose(shown.inputs[0, ..., 0], jnp.array([[0.0, 3.0], [6.0, 9.0]]))


@pytest.mark.parametrize(
    ("shape", "components", "words"),
    [
        ((5, 4, 1), 2, "needs images of even height and width"),
        ((8,), 2, "needs images"),
        ((6, 4, 1), 7, r"components=7: must be in \[1, 6\]"),
    ],
)
def test_what_cannot_be_quartered_is_refused(shape, components, words):
    with pytest.raises(ConfigError, match=words):
        quarter_components(np.zeros((20, *shape), np.float32), components)


def test_a_size_names_slots_and_examples():
    assert describe_size(40, slots=True) == "10 slots, 40 examples"
    assert describe_size(4, slots=False) == "4 examples"
