"""When a measured score agrees with a recorded one."""

import math

import pytest

from hadax.distilled.score import Score
from hadax.zoo.verification import Verification, standard_error


def test_the_standard_error_is_of_the_networks_means():
    assert standard_error(Score(1.0, 3.0, 10, 8)) == 1.0
    # A single policy has its spread over its episodes.
    assert standard_error(Score(1.0, 3.0, 1, 37)) == 0.5
    assert standard_error(Score(1.0, 0.0, 1, 1)) == 0.0


@pytest.mark.parametrize(
    ("mean", "agrees"),
    [(100.0, True), (104.2, True), (104.3, False), (95.8, True), (95.7, False), (math.nan, False)],
)
def test_means_may_differ_by_three_standard_errors(mean, agrees):
    # Of the difference of two means with a standard error of 1 each: 3 * sqrt(2) = 4.24.
    verified = Verification(Score(100.0, 3.0, 10, 8), Score(mean, 3.0, 10, 8))
    assert verified.agrees is agrees


def test_without_any_spread_only_rounding_is_forgiven():
    recorded = Score(500.0, 0.0, 32, 8)
    assert Verification(recorded, Score(500.001, 0.0, 32, 8)).agrees
    assert not Verification(recorded, Score(499.9, 0.0, 32, 8)).agrees
