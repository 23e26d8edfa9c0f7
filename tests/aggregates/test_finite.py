"""Scores that say nothing together are refused wherever scores are put together."""

import math

import numpy as np
import pytest

from hadax.aggregates.bootstrap import estimate
from hadax.aggregates.normalized import normalized, ranges
from hadax.aggregates.point_estimates import interquartile_mean, mean
from hadax.core.errors import ConfigError, UsageError

WRONG = (math.nan, math.inf, -math.inf)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("aggregate", [mean, interquartile_mean])
def test_no_aggregate_trims_or_hides_one(aggregate, wrong):
    # Sorted last, a NaN would be cut off with the highest quarter.
    scores = [np.array([5.0, 6.0]), np.array([1.0, 2.0, 3.0, wrong])]
    with pytest.raises(UsageError, match=f"task 1, counted from 0: a score is {wrong}, must be"):
        aggregate(scores)


@pytest.mark.parametrize("wrong", WRONG)
def test_no_interval_is_drawn_of_one(wrong):
    with pytest.raises(UsageError, match="must be finite"):
        estimate([[1.0, 2.0, wrong]], lambda strata: np.median(strata[0], axis=-1))


@pytest.mark.parametrize("wrong", WRONG)
def test_no_scale_is_made_of_one(wrong):
    with pytest.raises(UsageError, match="must be finite"):
        ranges([{"a": [1.0, 2.0]}, {"a": [3.0, wrong]}])
    with pytest.raises(UsageError, match="must be finite"):
        normalized({"a": [wrong]}, {"a": (0.0, 1.0)})


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([], "^scores: must be of a task or more"),
        ([[1.0, 2.0], []], "^task 1, counted from 0: has no score; leave out"),
        ([1.0, 2.0, 3.0], "^task 0, counted from 0: must be a list of its runs' scores"),
        ([["a"]], "^task 0, counted from 0: its scores must be numbers"),
        ([[1.0], [[1.0], [2.0, 3.0]]], "^task 1, counted from 0: its scores must be numbers"),
    ],
)
def test_what_is_no_list_of_scores_is_refused_in_a_line(scores, words):
    for together in (mean, interquartile_mean, lambda scores: estimate(scores, mean)):
        with pytest.raises(UsageError, match=words):
            together(scores)


@pytest.mark.parametrize("given", [{"resamples": 0}, {"seed": -1}, {"resamples": 1.5}])
def test_draws_that_there_cannot_be_are_refused(given):
    with pytest.raises(ConfigError, match=f"^{next(iter(given))}="):
        estimate([[1.0, 2.0]], mean, **given)


def test_a_task_without_a_scale_is_named():
    with pytest.raises(UsageError, match=r"^scale: has none of b; ranges of all groups has"):
        normalized({"b": [3.0]}, {"a": (1.0, 2.0)})
    with pytest.raises(UsageError, match="must be a list of its runs' scores"):
        ranges([{"a": 3.0}])
