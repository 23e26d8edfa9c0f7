"""What ends a run early: the steps that were played count a generation late."""

import jax.numpy as jnp
import pytest

from hadax.core.evaluation import EPISODE_LENGTH
from hadax.core.run.limits import Limits
from hadax.core.settings.budget import steps_of
from hadax.core.settings.pace import Pace


def metrics(length):
    return {EPISODE_LENGTH: jnp.float32(length)}


def test_steps_end_a_run_once_they_are_played():
    limits = Limits(Pace(budget="100steps"), episodes=4)
    assert not limits.reached(None, metrics(20.0))
    assert not limits.reached(None, metrics(10.0)), "80 so far"
    assert limits.reached(None, metrics(10.0)), "120"


@pytest.mark.parametrize("length", [float("nan"), float("inf")])
def test_episodes_of_unknown_length_count_for_none(length):
    limits = Limits(Pace(budget="50steps"), episodes=4)
    assert not limits.reached(None, metrics(length))
    assert not limits.reached(None, metrics(20.0))
    assert limits.reached(None, metrics(20.0))


def test_steps_before_an_interruption_count():
    limits = Limits(Pace(budget="100steps"), episodes=4, steps=60)
    assert not limits.reached(None, metrics(10.0))
    assert limits.reached(None, metrics(10.0))


def generations_until_the_end(length, done):
    """How many generations a run has that was interrupted after `done`."""
    limits = Limits(Pace(budget="100steps"), episodes=4, steps=done * steps_of(length, 4))
    generation = done + 1
    while not limits.reached(None, metrics(length)):
        generation += 1
    return generation


@pytest.mark.parametrize("done", [1, 2, 3])
def test_a_run_that_went_on_ends_where_it_would_have_uninterrupted(done):
    # 33.4 steps a generation: three are over the budget by their fractions alone.
    assert generations_until_the_end(8.35, done) == generations_until_the_end(8.35, 0) == 5


def test_time_and_scores_end_a_run():
    assert not Limits(Pace(budget="1h")).reached(None, {})
    assert Limits(Pace(budget="0.000001s")).reached(None, {})
    good = Limits(Pace(stop_at=3.0))
    assert not good.reached(None, {})
    assert not good.reached(jnp.float32(2.0), {})
    assert good.reached(jnp.float32(3.0), {})
