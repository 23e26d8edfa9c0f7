"""The best means of a search, whatever order they come in."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.generation.best_means import ValidatedMean, kept_means, kept_with, none_kept

FITNESS = st.one_of(st.floats(-10, 10, width=16), st.just(float("nan")), st.just(float("inf")))


def after(fitness, keep=3):
    best = none_kept(keep, jnp.zeros(2), ())
    for generation, value in enumerate(fitness, start=1):
        candidate = jnp.full(2, float(generation))
        best = kept_with(
            best, ValidatedMean(candidate, (), jnp.float32(value), jnp.int32(generation))
        )
    return kept_means(best)


@given(st.lists(FITNESS, max_size=8))
def test_the_best_are_kept_in_order_and_the_newest_of_equals_first(fitness):
    finite = [(value, at) for at, value in enumerate(fitness, start=1) if np.isfinite(value)]
    expected = sorted(finite, reverse=True)[:3]
    kept = after(fitness)
    assert [(float(mean.fitness), int(mean.generation)) for mean in kept] == expected
    assert [float(mean.candidate[0]) for mean in kept] == [at for _, at in expected]


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_a_mean_without_a_fitness_is_never_kept(value):
    assert after([value, value]) == []


def test_of_one_place_the_best_has_it():
    assert [int(mean.generation) for mean in after([1.0, 3.0, 2.0], keep=1)] == [2]


def test_nothing_is_kept_where_there_are_no_places():
    assert kept_means(()) == []
