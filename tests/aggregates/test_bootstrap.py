"""Bootstrap intervals against distributions that are known exactly."""

import numpy as np
import pytest

from hadax.aggregates.bootstrap import estimate
from hadax.aggregates.point_estimates import interquartile_mean, mean


def test_the_interval_of_a_mean_of_coins_is_the_binomial_one():
    # Resampled sums are Binomial(20, 1/2), whose quantiles at 2.5 and 97.5 % are 6 and 14.
    found = estimate([[0.0] * 10 + [1.0] * 10], mean)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.3, 0.7))


def test_an_interval_widens_with_the_root_of_fewer_runs():
    scores = np.random.default_rng(1).normal(size=400)
    many, few = estimate([scores], mean), estimate([scores[:100]], mean)
    assert 1.96 * 2 * np.std(scores) / 20 == pytest.approx(many.high - many.low, rel=0.05)
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(2, rel=0.2)


def test_runs_are_drawn_from_their_own_task_only():
    # Drawn from all tasks together, the mean would vary.
    found = estimate([[1.0, 1.0, 1.0], [9.0, 9.0, 9.0]], mean)
    assert (found.value, found.low, found.high) == (5.0, 5.0, 5.0)
    assert not found.has_interval


def test_one_run_has_no_interval():
    assert not estimate([[3.0]], interquartile_mean).has_interval


def test_the_same_scores_have_the_same_interval():
    scores = [[1.0, 4.0, 2.0, 8.0], [3.0, 1.0]]
    assert estimate(scores, interquartile_mean) == estimate(scores, interquartile_mean)


def test_draws_in_parts_are_as_many(monkeypatch):
    monkeypatch.setattr("hadax.aggregates.bootstrap._MOST_ENTRIES", 7)
    found = estimate([[0.0, 1.0]], mean, resamples=1000)
    assert (found.low, found.high) == (0.0, 1.0)
