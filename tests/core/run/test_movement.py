"""How the mean moves: measured from outside, and nothing of the search changes."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.generation.engine import Engine
from hadax.core.generation.phases import phase_seconds
from hadax.core.generation.strategy import Strategy
from hadax.core.run.loop import run
from hadax.core.run.movement import Followed
from hadax.core.settings.pace import Pace


class Recorder:
    def __init__(self):
        self.reports = []

    def observe(self, report):
        self.reports.append(report)


def test_a_followed_search_is_bitwise_the_same_and_tells_how_far_it_went(
    engine, key, assert_trees_equal
):
    pace = Pace(generations=3, evaluate_every=0)
    alone = run(engine, key, pace)
    recorder = Recorder()
    followed = run(engine, key, pace, [recorder], step=Followed(engine, engine.step))
    assert_trees_equal(alone, followed)
    state, means = engine.init(key), []
    for _ in range(4):
        means.append(jax.tree.leaves(engine.snapshot(state)))
        state, _ = engine.step(state)
    for report, before, after in zip(recorder.reports, means[:-1], means[1:], strict=True):
        apart = sum(jnp.sum((b - a) ** 2) for a, b in zip(before, after, strict=True)) ** 0.5
        assert report.metrics["mean_moved"] == pytest.approx(float(apart), rel=1e-5)
        assert report.metrics["std"] == pytest.approx(0.2)


def test_a_spread_of_each_entry_is_averaged(distillation, key):
    engine = Engine(objective=distillation, strategy=Strategy(strategy="SNES", population=8))
    step = Followed(engine, engine.step)
    state, metrics = step(engine.init(key))
    assert metrics["std"] == pytest.approx(float(jnp.mean(state.strategy.std)))


def test_the_parts_of_a_generation_take_time_and_leave_its_state_alone(
    engine, key, assert_trees_equal
):
    state = engine.init(key)
    seconds = phase_seconds(engine, state)
    assert list(seconds) == ["ask", "fit", "evaluate", "tell"]
    assert all(value > 0 for value in seconds.values())
    assert_trees_equal(state, engine.init(key))
