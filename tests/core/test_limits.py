"""What ends a run early: the steps that were played count a generation late."""

import jax.numpy as jnp

from hadax.core.evaluation import EPISODE_LENGTH
from hadax.core.limits import Limits
from hadax.core.pace import Pace


def metrics(length):
    return {EPISODE_LENGTH: jnp.float32(length)}


def test_steps_end_a_run_once_they_are_played():
    limits = Limits(Pace(budget="100steps"), episodes=4)
    assert not limits.reached(None, metrics(20.0))
    assert not limits.reached(None, metrics(10.0)), "80 so far"
    assert limits.reached(None, metrics(10.0)), "120"


def test_steps_before_an_interruption_count():
    limits = Limits(Pace(budget="100steps"), episodes=4, steps=60.0)
    assert not limits.reached(None, metrics(10.0))
    assert limits.reached(None, metrics(10.0))


def test_time_and_scores_end_a_run():
    assert not Limits(Pace(budget="1h")).reached(None, {})
    assert Limits(Pace(budget="0.000001s")).reached(None, {})
    good = Limits(Pace(stop_at=3.0))
    assert not good.reached(None, {})
    assert not good.reached(jnp.float32(2.0), {})
    assert good.reached(jnp.float32(3.0), {})
