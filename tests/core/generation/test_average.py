"""The running average of a search's means."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.generation.average import running_average
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.run.loop import run
from hadax.core.settings.pace import Pace


def averaged(means, span):
    average = jnp.full_like(means[0], 7.0)
    for generation, mean in enumerate(means, start=1):
        average = running_average(average, mean, jnp.int32(generation), span)
    return average


@pytest.fixture
def means(key):
    return list(jax.random.normal(key, (9, 3)))


def test_of_the_first_means_it_is_the_plain_average(means):
    np.testing.assert_allclose(averaged(means[:5], 5), jnp.mean(jnp.stack(means[:5]), 0), rtol=1e-5)


def test_later_it_forgets_by_one_part_in_the_span(means):
    expected = averaged(means[:4], 4)
    for mean in means[4:]:
        expected = 0.75 * expected + 0.25 * mean
    np.testing.assert_allclose(averaged(means, 4), expected, rtol=1e-4, atol=1e-6)


def test_over_one_generation_it_is_the_last_mean(means):
    np.testing.assert_allclose(averaged(means, 1), means[-1], rtol=1e-6)


def test_it_is_what_a_run_validates_and_keeps(engine, key, tmp_path, assert_trees_equal):
    averaging = dataclasses.replace(engine, average_means=3, keep_best=1)
    plain, means = engine.init(key), []
    for _ in range(4):
        plain, _ = engine.step(plain)
        means.append(engine.snapshot(plain))
    whole = run(averaging, key, Pace(generations=4, evaluate_every=1))
    # Two programs, which sum in orders of their own.
    close = functools.partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-6)
    jax.tree.map(close, whole.strategy, plain.strategy)
    expected = averaged([each.inputs for each in means], 3)
    np.testing.assert_allclose(averaging.mean(whole).inputs, expected, rtol=1e-5, atol=1e-6)
    for generations in (2, 4):  # the second goes on from the first one's checkpoint
        pace = Pace(generations, evaluate_every=1)
        continued = run(averaging, key, pace, (), Checkpoints(tmp_path))
    assert_trees_equal(continued, whole)
