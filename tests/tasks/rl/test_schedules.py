"""What holds in a search alone: rewards that grow, and what leaves no trace in its result."""

import jax
import jax.numpy as jnp
import pytest

import hadax
from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous
from hadax.launch.search.config import SearchConfig
from hadax.tasks.config import TaskConfig
from hadax.tasks.rl import schedules
from hadax.tasks.rl.config import NO_SCHEDULES
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.from_brax import adapt


def reset(key):
    return jnp.zeros(1), jnp.zeros(1)


def step(key, state, action):
    return state + 1, state, jnp.float32(1.5), jnp.bool_(False)


# One of each 1.5 is for being alive.
STANDING = Environment(
    "standing", (1,), Continuous(1), 10, reset, step, alive_bonus=lambda state: jnp.float32(1)
)


def still(inputs):
    return jnp.zeros((len(inputs), 1))


@pytest.fixture
def task():
    return ControlTask(STANDING, episodes=2, alive_bonus_until=4, alive_bonus_start=0.2)


def test_the_bonus_grows_evenly_to_its_own_size(task, key):
    state, fitness = task.init(key), []
    for _ in range(6):
        evaluation = task.evaluate(key, still, state)
        fitness.append(float(evaluation.fitness))
        state = task.update(state, evaluation.statistics)
    assert fitness == pytest.approx([7, 9, 11, 13, 15, 15])


def test_results_are_measured_with_the_true_reward_whatever_the_generation(task, key):
    state = task.init(key)
    at_end = task.at_end(state)
    assert jax.tree.structure(at_end) == jax.tree.structure(state)
    assert task.evaluate(key, still, at_end).fitness == 15
    measured, _ = task.for_measuring(2)
    assert measured.evaluate(key, still, task.settle(state)).fitness == 15


def test_the_task_of_a_search_s_end_has_no_schedule(task, key):
    assert (task.options["alive_bonus_until"], task.options["alive_bonus_start"]) == (0, 0.0)
    plain = ControlTask(STANDING, episodes=2)
    settled = task.settle(task.init(key))
    assert jax.tree.structure(settled) == jax.tree.structure(plain.init(key))


def test_without_a_schedule_the_environment_is_played_as_it_is(key):
    plain = ControlTask(STANDING, episodes=2)
    assert plain.evaluate(key, still, plain.init(key)).fitness == 15


def test_a_bonus_and_a_curriculum_go_together(key):
    task = ControlTask(STANDING, curriculum=2, alive_bonus_until=4)
    state = task.update(task.update(task.init(key), ()), ())
    assert task.evaluate(key, still, state).fitness == pytest.approx(10.0)
    assert task.evaluate(key, still, task.at_end(state)).fitness == 15


def drawn(key):
    return jax.random.uniform(key, (1,)), jnp.zeros(1)


def keep(key, state, action):
    return state, jnp.zeros(1), state[0], jnp.bool_(False)


LUCK = Environment("luck", (1,), Continuous(1), 10, drawn, keep)


@pytest.mark.parametrize(("worst_share", "counted"), [(0.01, 1), (0.3, 3), (0.5, 5), (0.95, 10)])
def test_a_search_may_look_at_the_worst_episodes_alone(worst_share, counted, key):
    task = ControlTask(LUCK, episodes=10, worst_share=worst_share)
    state = task.init(key)
    evaluation = task.evaluate(key, still, state)
    worst = sorted(evaluation.returns.tolist())[:counted]
    assert float(evaluation.fitness) == pytest.approx(sum(worst) / counted)
    every = float(jnp.mean(evaluation.returns))
    assert float(task.evaluate(key, still, task.at_end(state)).fitness) == pytest.approx(every)
    measured, _ = task.for_measuring(10)
    assert float(measured.evaluate(key, still, ()).fitness) == pytest.approx(every)


@pytest.mark.parametrize(
    ("worst_share", "episodes", "counted"), [(0.07, 100, 7), (0.29, 100, 29), (1 / 3, 3, 1)]
)
def test_what_rounding_leaves_is_no_further_episode(worst_share, episodes, counted, key):
    returns = jnp.arange(episodes, dtype=jnp.float32)
    state = ControlTask(LUCK, worst_share=0.5).init(key)
    expected = (counted - 1) / 2
    assert float(schedules.fitness_of(state, returns, worst_share)) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["hopper", "walker2d", "ant", "humanoid"])
def test_environments_that_fall_report_what_being_alive_earns(name, key):
    environment = adapt(name, "positional")
    state, _ = jax.eval_shape(environment.reset, key)
    assert jax.eval_shape(environment.alive_bonus, state).shape == ()


def test_environments_without_such_a_reward_are_refused():
    with pytest.raises(ConfigError, match="CartPole-v1 reports no reward for being alive"):
        tasks.make("gymnax/CartPole-v1", alive_bonus_until=5)
    with pytest.raises(ConfigError, match="alive_bonus_start"):
        ControlTask(STANDING, alive_bonus_start=1.5)


def test_a_schedule_must_end_with_the_search():
    options = {"alive_bonus_until": 101}
    with pytest.raises(ConfigError, match="must be over by generation 100"):
        SearchConfig(task=TaskConfig("brax/hopper", options))


@pytest.mark.parametrize(
    "options",
    [
        {"sticky_actions": 0.3},
        {"random_start": 8},
        {"random_start": 8, "sticky_actions": 0.3},
        {"random_start": 8, "curriculum": 1},
        {"worst_share": 0.5},
    ],
    ids=str,
)
def test_what_was_found_so_is_a_dataset_like_any_other(options, tmp_path):
    made = hadax.make("gymnax/CartPole-v1", normalizer="running", **options)
    small = {"generations": 1, "population": 4, "width": 4, "inner_steps": 2, "score_networks": 1}
    found = hadax.distill(made, preset="none", progress=False, **small)
    found.save(tmp_path / "found.safetensors")
    again = hadax.load(tmp_path / "found.safetensors")
    recorded = again.header.task.options
    assert {name: recorded[name] for name in NO_SCHEDULES} == NO_SCHEDULES
    assert again.evaluate(networks=1) == found.evaluate(networks=1)
    # The search's own task reads it as well.
    assert hadax.load(tmp_path / "found.safetensors", task=made).task is made
