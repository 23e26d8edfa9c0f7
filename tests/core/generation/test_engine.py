"""The engine on tasks whose optimum is known, and its promises about time and randomness."""

import dataclasses
import logging

import jax
import jax.numpy as jnp
import pytest
from flax import struct

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.generation.engine import Engine, generation_step
from hadax.core.generation.strategy import Strategy
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.run.loop import run as run_loop
from hadax.core.settings.pace import Pace
from hadax.core.settings.views import replaced
from hadax.core.task import Evaluation
from hadax.learners.config import LearnerConfig
from hadax.learners.registry import make_learner
from hadax.tasks.rl.linear_quadratic import optimal_return
from hadax.tasks.supervised.linear_regression import fitness_of_zero


def run(engine, key, generations):
    state, metrics = engine.scan(engine.init(key), generations)
    return engine.evaluate_mean(jax.random.fold_in(key, 1), state).fitness, metrics


def test_neuroevolution_finds_the_linear_map(neuroevolution, key):
    engine = Engine(neuroevolution, Strategy(population=32, std=0.1, learning_rate=0.1))
    fitness, metrics = run(engine, key, 150)
    assert fitness > -0.05, f"zero answers have {fitness_of_zero()}"
    assert metrics["fitness_mean"].shape == (150,)


def test_distillation_teaches_the_linear_map(engine, key):
    fitness, _ = run(engine, key, 250)
    assert fitness > 0.05 * fitness_of_zero()


def test_neuroevolution_nears_the_riccati_optimum(key):
    task = tasks.make("analytic/linear_quadratic", episodes=8)
    config = replaced(LearnerConfig(), {"depth": 0})
    learner = make_learner(config, task.input_shape, task.target)
    engine = Engine(Neuroevolution(task, learner), Strategy(population=32, std=0.1))
    fitness, _ = run(engine, key, 60)
    best = optimal_return()
    assert fitness < best + 0.05, "no policy beats the optimum by more than chance"
    assert fitness > best - 0.35


def test_scan_is_the_same_as_steps(engine, key, assert_trees_equal):
    scanned, metrics = engine.scan(engine.init(key), 3)
    state = engine.init(key)
    for index in range(3):
        state, one = engine.step(state)
        assert one["fitness_mean"] == metrics["fitness_mean"][index]
    assert_trees_equal(state, scanned)


@pytest.mark.parametrize(
    ("chunk", "evaluation_chunk"), [(1, 0), (5, 0), (64, 0), (1, 4), (3, 5), (32, 2)]
)
def test_chunks_change_nothing_but_rounding(engine, key, chunk, evaluation_chunk):
    reference, _ = engine.step(engine.init(key))
    other = dataclasses.replace(
        engine, candidate_chunk=chunk, evaluation_candidate_chunk=evaluation_chunk
    )
    state, _ = other.step(other.init(key))
    assert jnp.allclose(state.strategy.mean, reference.strategy.mean, atol=1e-5)


@pytest.mark.parametrize(("networks", "evaluated"), [(1, 1), (2, 3), (3, 0), (0, 2)])
def test_networks_of_a_candidate_in_chunks_change_nothing_but_rounding(
    engine, key, networks, evaluated
):
    several = dataclasses.replace(engine.objective, inits_per_candidate=3)
    reference = dataclasses.replace(engine, objective=several)
    state, _ = reference.step(reference.init(key))
    objective = dataclasses.replace(
        several, network_chunk=networks, evaluation_network_chunk=evaluated
    )
    other = dataclasses.replace(engine, objective=objective)
    chunked, _ = other.step(other.init(key))
    assert jnp.allclose(chunked.strategy.mean, state.strategy.mean, atol=1e-5)


def test_one_compilation_a_run(engine, key, caplog, tmp_path):
    engine = dataclasses.replace(engine, candidate_chunk=4)
    checkpoints = Checkpoints(tmp_path)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for generations in (4, 8):  # the second goes on from the first one's checkpoint
            pace = Pace(generations=generations, evaluate_every=2, checkpoint_every=2)
            run_loop(engine, key, pace, (), checkpoints)
    name = generation_step.__wrapped__.__name__
    compilations = [
        line for line in caplog.messages if f"Finished XLA compilation of jit({name})" in line
    ]
    assert len(compilations) == 1


def test_an_equal_engine_compiles_nothing_anew(engine, regression, key):
    engine.step(engine.init(key))
    size = generation_step._cache_size()
    twin = dataclasses.replace(
        engine,
        objective=dataclasses.replace(
            engine.objective, task=tasks.make("analytic/linear_regression", batch=32)
        ),
    )
    twin.step(twin.init(key))
    assert generation_step._cache_size() == size


def test_same_key_same_run_and_another_key_another(engine, key, assert_trees_equal):
    first, _ = engine.scan(engine.init(key), 2)
    second, _ = engine.scan(engine.init(key), 2)
    other, _ = engine.scan(engine.init(jax.random.key(1)), 2)
    assert_trees_equal(first, second)
    assert not jnp.allclose(first.strategy.mean, other.strategy.mean)


@struct.dataclass
class HalfOfThemFail:
    """An objective whose candidates fail where their first entry is negative."""

    def prototype(self, key):
        return jnp.zeros(3)

    def init(self, key):
        return ()

    def draw(self, key):
        return ()

    def train(self, draw, candidate):
        return candidate

    def evaluate(self, draw, trained, state):
        good = trained[0] > 0
        metrics = {"twos": jnp.where(good, 2.0, jnp.nan)}
        return Evaluation(fitness=jnp.where(good, 1.0, jnp.nan), metrics=metrics)

    def update(self, state, statistics):
        return state

    def at_end(self, state):
        return state


def test_failed_candidates_are_counted_and_kept_out_of_the_averages(key):
    engine = Engine(HalfOfThemFail(), Strategy(population=32))
    state, metrics = engine.step(engine.init(key))
    assert metrics["nan_candidates"] == 16, "antithetic pairs fail one for one"
    assert metrics["fitness_mean"] == 1.0
    assert metrics["twos"] == 2.0
    assert jnp.all(jnp.isfinite(state.strategy.mean))
    assert state.strategy.mean[0] > 0


@struct.dataclass
class OnlyTheDraw(HalfOfThemFail):
    """An objective whose fitness is its randomness."""

    def draw(self, key):
        return jax.random.normal(key)

    def evaluate(self, draw, trained, state):
        return Evaluation(fitness=draw)


def test_candidates_of_a_generation_share_their_randomness(key):
    engine = Engine(OnlyTheDraw(), Strategy(population=32), candidate_chunk=4)
    state, first = engine.step(engine.init(key))
    _, second = engine.step(state)
    for metrics in (first, second):
        assert metrics["fitness_min"] == metrics["fitness_max"]
    assert first["fitness_mean"] != second["fitness_mean"], "generations draw anew"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("candidate_chunk", 0),
        ("evaluation_candidate_chunk", -1),
        ("devices", 0),
        ("devices", 99),
    ],
)
def test_refuses_what_cannot_work(engine, field, value):
    with pytest.raises(ConfigError) as caught:
        dataclasses.replace(engine, **{field: value})
    assert caught.value.name == field
