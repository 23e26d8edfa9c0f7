"""What follows from several generations: steps, failures, time left."""

import math

import pytest

from hadax.core.run.loop import Report
from hadax.launch.observers.derived import Derived, Workload, steps_told

WORK = Workload(generations=10, population=8, episodes=16, budget=math.inf)


def report(generation, seconds, length=25.0, failed=0.0):
    metrics = {"episode_length": length, "nan_candidates": failed}
    return Report(generation, metrics, None, seconds)


def lengths(*told):
    """Rows of an earlier release, which counted no steps."""
    return [
        {"generation": str(place), "episode_length": str(length)}
        for place, length in enumerate(told, start=1)
    ]


def derived(reports, work=WORK, rows=(), done=None):
    each = Derived(work, steps_told(work, rows, len(rows) if done is None else done))
    return [each.with_derived(one).metrics for one in reports]


def test_steps_are_those_of_all_episodes_and_add_up():
    found = derived([report(1, 2.0), report(2, 2.5, length=50.0)])
    assert [each["environment_steps"] for each in found] == [400, 1200]
    assert [each["steps_per_second"] for each in found] == [200, 1600]


def test_steps_go_on_where_an_earlier_process_stopped():
    counted = [{"generation": "2", "environment_steps": "1200", "episode_length": "1.0"}]
    assert derived([report(3, 1.0)], rows=counted, done=2)[0]["environment_steps"] == 1600
    # An earlier release's rows tell the length alone.
    assert derived([report(3, 1.0)], rows=lengths(25.0, 50.0))[0]["environment_steps"] == 1600


@pytest.mark.parametrize(
    ("rows", "done"),
    [
        ([], 2),
        ([{"generation": "1", "environment_steps": "400"}], 2),
        (lengths(25.0, 50.0)[1:], 2),
        ([{"generation": "2", "environment_steps": "", "episode_length": "25.0"}], 2),
    ],
)
def test_steps_of_generations_that_were_not_logged_are_not_made_up(rows, done):
    assert steps_told(WORK, rows, done) is None
    first, second = derived([report(3, 1.0), report(4, 2.0)], rows=rows, done=done)
    assert "environment_steps" not in first | second
    assert second["steps_per_second"] == 400


def test_tasks_without_episodes_have_no_steps():
    plain = Workload(10, 8, episodes=0, budget=math.inf)
    assert "environment_steps" not in derived([report(1, 1.0)], plain)[0]


def test_failures_are_a_share_of_the_candidates():
    assert derived([report(1, 1.0, failed=2.0)])[0]["failed_share"] == 0.25


def test_time_left_leaves_out_the_generation_that_compiled():
    first, second, third = derived([report(1, 60.0), report(2, 61.0), report(3, 64.0)])
    assert "seconds_left" not in first
    assert (second["seconds_left"], third["seconds_left"]) == (8.0, 14.0)


@pytest.mark.parametrize(("budget", "left"), [(66.0, 5.0), (30.0, 0.0)])
def test_no_more_time_is_left_than_the_budget_has(budget, left):
    bounded = Workload(10, 8, 16, budget)
    assert derived([report(1, 60.0), report(2, 61.0)], bounded)[1]["seconds_left"] == left


def test_what_was_reported_stays():
    given = report(1, 1.0)
    assert derived([given])[0].items() >= given.metrics.items()
    assert "failed_share" not in given.metrics
