"""Mean and interquartile mean against values that are known."""

import numpy as np
import pytest

from hadax.aggregates.point_estimates import interquartile_mean, mean


def arrays(*tasks):
    return [np.asarray(task, np.float64) for task in tasks]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5.0,), 5.0),
        ((1, 2, 9), 4.0),
        ((0, 10, 20, 1000), 15.0),
        ((-100, 3, 4, 5, 6, 7, 8, 1000), 5.5),
        # A quarter of six is one and a half, of which one is cut off.
        ((0, 1, 2, 3, 4, 60), 2.5),
    ],
)
def test_the_lowest_and_the_highest_quarter_do_not_count(scores, expected):
    assert interquartile_mean(arrays(scores)) == pytest.approx(expected)


def test_quarters_are_of_all_tasks_scores_together():
    assert interquartile_mean(arrays((0, 1), (10, 11))) == pytest.approx(5.5)
    assert interquartile_mean(arrays((1, 1, 1, 1), (50, 50, 50, 99))) == pytest.approx(25.5)


def test_it_is_the_trimmed_mean_that_rliable_takes():
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(0)
    for runs in range(1, 14):
        scores = random.normal(size=(runs, 3))
        ours = interquartile_mean(list(scores.T))
        assert ours == pytest.approx(stats.trim_mean(scores, 0.25, axis=None))


def test_every_task_counts_the_same_in_the_mean():
    assert mean(arrays((0, 0, 0, 4), (10,))) == pytest.approx(5.5)
