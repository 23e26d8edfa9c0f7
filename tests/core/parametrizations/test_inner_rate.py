"""The learning rate as a part of a candidate."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.parametrizations.inner_rate import LearnedInnerRate
from hadax.core.parametrizations.targets import LearnedTargets

DATASET = Dataset(inputs=jnp.arange(6.0).reshape(3, 2), targets=balanced_one_hot(3, 4))
PARAMETRIZATION = LearnedInnerRate(LearnedTargets())


def test_a_search_begins_with_the_rate_as_it_is():
    decoded = PARAMETRIZATION.decode(PARAMETRIZATION.encode(DATASET))
    assert decoded.inner_lr_factor == 1
    assert jnp.array_equal(decoded.inputs, DATASET.inputs)


def test_decoding_undoes_encoding():
    rated = replace(DATASET, inner_lr_factor=jnp.float32(3))
    decoded = PARAMETRIZATION.decode(PARAMETRIZATION.encode(rated))
    assert decoded.inner_lr_factor == pytest.approx(3, rel=1e-6)


def test_it_is_one_number_more_whose_step_is_a_ratio():
    candidate = PARAMETRIZATION.encode(DATASET)
    assert sum(leaf.size for leaf in jax.tree.leaves(candidate)) == 3 * 2 + 3 * 4 + 1
    up, down = (
        PARAMETRIZATION.decode(replace(candidate, log_factor=jnp.float32(step))).inner_lr_factor
        for step in (0.1, -0.1)
    )
    assert up == pytest.approx(1.105, rel=1e-3)
    assert up * down == pytest.approx(1, rel=1e-6)
