"""Warnings: each with advice, once, and none without reason."""

import math

import pytest

from hadax.core.run.loop import Report
from hadax.launch.observers.advice import Advice
from hadax.launch.observers.derived import Workload


@pytest.fixture
def said():
    return []


@pytest.fixture
def advice(said):
    return Advice(Workload(100, 64, 0, math.inf), said.append)


def observe(advice, generation, evolved=None, failed=0.0, low=1.0, high=2.0, **further):
    metrics = {"nan_candidates": failed, "fitness_min": low, "fitness_max": high, **further}
    advice.observe(Report(generation, metrics, evolved, 1.0))


def test_a_search_that_gets_better_is_left_alone(advice, said):
    for generation in range(10, 101, 10):
        observe(advice, generation, evolved=float(generation))
    assert said == []


def test_a_search_that_does_not_is_told_of_once(advice, said):
    for generation in range(5, 101, 5):
        observe(advice, generation, evolved=min(generation, 20) / 10)
    assert len(said) == 1
    assert said[0].startswith("stalled: no better evolved mean than 2 (generation 20) in 25 gener")
    assert "try" in said[0]


@pytest.mark.parametrize("every", [1, 20])
def test_neither_few_generations_nor_few_evaluations_are_a_stall(advice, said, every):
    # 24 generations of the 100, or four evaluations, after the best.
    for generation in range(every, min(25, 5 * every) + 1, every):
        observe(advice, generation, evolved=-float(generation))
    assert said == []


def test_equal_fitness_is_told_of_once(advice, said):
    observe(advice, 1)
    observe(advice, 2, low=9.0, high=9.0)
    observe(advice, 3, low=9.0, high=9.0)
    assert len(said) == 1
    assert said[0].startswith("generation 2: all candidates have the same fitness, 9:")


@pytest.mark.parametrize(
    ("remedies", "equal", "stalled"),
    [
        ((), "a larger std", "another std, a larger population or restarts"),
        (
            ("more episodes", "naps"),
            "a larger std, more episodes or naps",
            "another std, a larger population, more episodes, naps or restarts",
        ),
    ],
)
def test_warnings_end_with_what_to_do(said, remedies, equal, stalled):
    advice = Advice(Workload(10, 64, 0, math.inf), said.append, remedies=remedies)
    for generation in range(1, 11):
        observe(advice, generation, evolved=9.0, low=9.0, high=9.0)
    assert [line.split(" try ")[1] for line in said] == [equal, stalled]


def test_failures_are_told_of_when_they_pass_one_in_a_hundred(advice, said):
    observe(advice, 1)
    observe(advice, 2, failed=1.0)
    assert said == [], "1 of 128"
    observe(advice, 3, failed=2.0)
    observe(advice, 4, failed=63.0)
    assert len(said) == 1
    assert said[0].startswith("3 of 192 candidates (1.6%) had no finite fitness; try")


def test_a_generation_that_failed_whole_is_no_plateau(advice, said):
    observe(advice, 1, failed=64.0, low=math.inf, high=-math.inf)
    assert len(said) == 1
    assert said[0].startswith("generation 1: no finite fitness of any of 64 candidates; look at")
    assert "the task" in said[0]


def test_episodes_that_the_simulator_breaks_are_told_of_when_they_pass_one_in_a_hundred(
    advice, said
):
    observe(advice, 1, broken_episodes=0.01)
    assert said == []
    observe(advice, 2, broken_episodes=0.03)
    observe(advice, 3, broken_episodes=0.5)
    assert len(said) == 1
    assert said[0].startswith("generation 2: 2.0% of all episodes so far were broken off, at a rew")
    assert "look at what the simulator's reset and step give" in said[0]


def test_a_simulator_that_breaks_all_episodes_is_no_plateau(advice, said):
    observe(advice, 1, low=0.0, high=0.0, broken_episodes=1.0)
    assert len(said) == 1
    assert said[0].startswith("generation 1: 100.0% of all episodes so far were broken off")


def test_a_solved_task_has_not_stalled(said):
    advice = Advice(Workload(100, 64, 0, math.inf), said.append, solved=475.0)
    for generation in range(10, 101, 10):
        observe(advice, generation, evolved=500.0, low=500.0, high=500.0)
    assert said == []
