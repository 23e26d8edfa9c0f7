"""The result of a run is the best of its means, by a measurement that none of them has seen."""

import dataclasses
import logging

import jax
import jax.numpy as jnp
import pytest
from flax import struct

from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.run.loop import Interrupted, run
from hadax.core.run.selection import best_so_far, selected, with_kept
from hadax.core.settings.pace import Pace
from hadax.core.task import Evaluation


@struct.dataclass
class Height:
    """Fitness is the candidate's own entry, with a little noise; NaN below zero."""

    noise: float = struct.field(pytree_node=False, default=0.0)

    def prototype(self, key):
        return jnp.zeros(2)

    def init(self, key):
        return jnp.int32(0)

    def draw(self, key):
        return jax.random.normal(key)

    def train(self, draw, candidate):
        return candidate

    def evaluate(self, draw, trained, state):
        height = trained[0] + self.noise * draw
        return Evaluation(fitness=jnp.where(trained[0] < 0, jnp.nan, height))

    def update(self, state, statistics):
        return state + 1

    def at_end(self, state):
        return state


def engine_with(**settings):
    return Engine(Height(**settings), Strategy(population=4), validation_draws=4, keep_best=3)


def state_with(engine, heights):
    """A run's state whose means were of these heights, one a generation; the last is present."""
    state = engine.init(jax.random.key(0))
    for generation, (height, validated) in enumerate(heights, start=1):
        mean = jnp.full(2, height)
        strategy = dataclasses.replace(state.strategy, mean=mean)
        at = {"generation": jnp.int32(generation), "task": jnp.int32(10 * generation)}
        state = dataclasses.replace(state, strategy=strategy, **at)
        state = with_kept(state, mean, jnp.float32(validated))
    return state


def test_the_best_mean_wins_with_the_state_it_was_evolved_with():
    state = state_with(engine_with(), [(1.0, 1.0), (3.0, 3.0), (2.0, 2.0)])
    chosen = selected(engine_with(), jax.random.key(1), state)
    assert (int(chosen.generation), int(chosen.task)) == (2, 20)
    assert float(chosen.candidate[0]) == float(chosen.fitness) == 3.0


def test_a_lucky_validation_does_not_decide():
    state = state_with(engine_with(), [(1.0, 9.0), (3.0, 3.0), (2.0, 2.0)])
    assert int(best_so_far(engine_with(), state).generation) == 1
    assert int(selected(engine_with(), jax.random.key(1), state).generation) == 2


def test_of_equals_the_last_mean_wins():
    state = state_with(engine_with(), [(2.0, 2.0), (2.0, 2.0), (2.0, 1.0)])
    assert int(selected(engine_with(), jax.random.key(1), state).generation) == 3


@pytest.mark.parametrize(("last", "winner"), [(-1.0, 2), (4.0, 3)])
def test_means_that_fail_rank_last(last, winner):
    state = state_with(engine_with(), [(-2.0, 9.0), (3.0, 3.0), (last, 1.0)])
    assert int(selected(engine_with(), jax.random.key(1), state).generation) == winner


def test_where_all_fail_the_last_mean_is_the_result():
    state = state_with(engine_with(), [(-2.0, float("nan")), (-3.0, 1.0), (-1.0, float("nan"))])
    assert int(selected(engine_with(), jax.random.key(1), state).generation) == 3


def test_the_measurement_that_chooses_is_not_the_one_that_validated():
    engine = engine_with(noise=1.0)
    state = run(engine, jax.random.key(0), Pace(generations=3, evaluate_every=1))
    chosen = [selected(engine, jax.random.key(seed), state) for seed in (1, 2)]
    validated = [float(value) for value in state.best.fitness]
    assert all(float(mean.fitness) not in validated for mean in chosen)
    assert len({float(mean.fitness) for mean in chosen}) == 2


def test_the_last_mean_is_the_result_where_none_is_kept(engine, key, assert_trees_equal):
    state = run(engine, key, Pace(generations=2))
    assert state.best == ()
    assert_trees_equal(selected(engine, key, state).candidate, engine.snapshot(state))
    assert int(best_so_far(engine, state).generation) == 2


def test_kept_means_survive_an_interruption(engine, key, tmp_path, assert_trees_equal):
    class Stopping:
        def observe(self, report):
            if report.generation == 4:
                raise KeyboardInterrupt

    keeping = dataclasses.replace(engine, keep_best=2, validation_draws=2)
    pace = Pace(generations=8, evaluate_every=2, checkpoint_every=2)
    whole = run(keeping, key, pace)
    with pytest.raises(KeyboardInterrupt) as stopped:
        run(keeping, key, pace, [Stopping()], Checkpoints(tmp_path))
    assert not isinstance(stopped.value, Interrupted)
    assert_trees_equal(run(keeping, key, pace, (), Checkpoints(tmp_path)), whole)
    assert jnp.all(whole.best.generation > 0)


def test_validating_and_choosing_compile_one_program(engine, key, caplog):
    keeping = dataclasses.replace(engine, keep_best=3, validation_draws=3, candidate_chunk=16)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        state = run(keeping, key, Pace(generations=5, evaluate_every=1))
        selected(keeping, key, state)
    name = "jit(evaluate_candidate)"
    lines = [line for line in caplog.messages if f"Finished XLA compilation of {name}" in line]
    assert len(lines) == 1


def test_keeping_changes_nothing_of_the_search(engine, key, assert_trees_equal):
    plain = run(engine, key, Pace(generations=4))
    kept = run(dataclasses.replace(engine, keep_best=3), key, Pace(generations=4))
    assert_trees_equal(dataclasses.replace(kept, best=()), plain)
