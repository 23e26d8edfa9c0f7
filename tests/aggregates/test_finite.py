"""Scores that are no finite numbers are refused wherever scores are put together."""

import math

import numpy as np
import pytest

from hadax.aggregates.bootstrap import estimate
from hadax.aggregates.normalized import normalized, ranges
from hadax.aggregates.point_estimates import interquartile_mean, mean
from hadax.core.errors import UsageError

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
