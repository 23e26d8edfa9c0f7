"""The gymnax adapter against gymnax's own step, taken in a plain Python loop."""

import dataclasses
import math

import gymnax
import jax
import jax.numpy as jnp
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.specification import NO_LEVELS
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl.actions import choose_actions
from hadax.tasks.rl.simulators.from_gymnax import adapt

WEIGHTS = {
    "CartPole-v1": jnp.array([[0.1, -0.1], [0.5, -0.5], [-2.0, 2.0], [-2.0, 2.0]]),
    "Pendulum-v1": jnp.array([[0.3], [-0.8], [-0.2]]),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_returns_are_those_of_a_plain_loop(name, key):
    task = tasks.make(f"gymnax/{name}", episodes=2, horizon=60)
    policy = lambda inputs: inputs @ WEIGHTS[name]  # noqa: E731
    played = task.play(key, policy, ())

    environment, parameters = gymnax.make(name)
    step = jax.jit(environment.step_env)
    reset_key, _ = jax.random.split(key)
    for index, episode_key in enumerate(jax.random.split(reset_key, 2)):
        observation, state = environment.reset_env(episode_key, parameters)
        total, length, done = 0.0, 0, False
        while not done and length < 60:
            output = policy(observation[None])[0]
            discrete = name == "CartPole-v1"
            action = jnp.argmax(output) if discrete else 2.0 * jnp.clip(output, -1, 1)
            observation, state, reward, done, _ = step(episode_key, state, action, parameters)
            total, length = total + float(reward), length + 1
        assert played.lengths[index] == length
        assert played.returns[index] == pytest.approx(total, rel=1e-3, abs=1e-3)


def test_specifications_are_the_environments_own():
    assert adapt("CartPole-v1").horizon == 500
    assert adapt("Freeway-MinAtar").horizon == 2500
    assert adapt("CartPole-v1").target == Discrete(2)
    assert adapt("Pendulum-v1").target == Continuous(1)
    assert adapt("Pendulum-v1").observation_shape == (3,)
    assert adapt("CartPole-v1") is adapt("CartPole-v1")


def test_actions_are_greedy_or_drawn(key):
    logits = jnp.tile(jnp.array([[1.0, 0.0]]), (4000, 1))
    assert jnp.all(choose_actions(Discrete(2), "greedy", "clip", 1.0, key, logits) == 0)
    drawn = choose_actions(Discrete(2), "sample", "clip", 1.0, key, logits)
    assert jnp.mean(drawn) == pytest.approx(1 / (1 + math.e), abs=0.03)
    outputs = jnp.tile(jnp.array([[0.2, -0.4, -2.0, -1.0]]), (4000, 1))
    greedy = choose_actions(Continuous(2), "greedy", "clip", 1.0, key, outputs)
    assert jnp.allclose(greedy, jnp.array([0.2, -0.4]))
    drawn = choose_actions(Continuous(2), "sample", "clip", 1.0, key, outputs)
    assert jnp.allclose(drawn.mean(axis=0), jnp.array([0.2, -0.4]), atol=0.02)
    assert jnp.std(drawn[:, 0]) == pytest.approx(math.exp(-2), rel=0.1)
    scaled = choose_actions(Continuous(2), "greedy", "clip", 0.5, key, outputs)
    assert jnp.array_equal(scaled, 0.5 * greedy)
    squashed = choose_actions(Continuous(2), "greedy", "tanh", 1.0, key, outputs)
    assert jnp.allclose(squashed, jnp.tanh(greedy))
    assert (
        jnp.max(jnp.abs(choose_actions(Continuous(2), "greedy", "clip", 1.0, key, 9 * outputs)))
        == 1
    )


def test_sampling_needs_a_standard_deviation(key):
    with pytest.raises(ConfigError, match="action_mode"):
        choose_actions(Continuous(2), "sample", "clip", 1.0, key, jnp.zeros((3, 2)))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"episodes": 0}, "episodes"),
        ({"action_mode": "best"}, "action_mode"),
        ({"normalizer": "layer"}, "normalizer"),
        ({"horizon": 0}, "horizon"),
        ({"horizon": 3_000_000_000}, "horizon"),
        ({"episodes": 3_000_000_000}, "episodes"),
        ({"curriculum": -1}, "curriculum"),
        ({"action_bounds": "wrap"}, "action_bounds"),
        ({"action_scale": 0.0}, "action_scale"),
        ({"backend": "spring"}, "backend"),
    ],
)
def test_refuses_what_cannot_work(options, name):
    with pytest.raises(ConfigError) as caught:
        tasks.make("gymnax/CartPole-v1", **options)
    assert caught.value.name == name


def test_failing_networks_do_not_pass_as_legal_actions(key):
    task = tasks.make("gymnax/CartPole-v1", episodes=2)
    evaluation = task.evaluate(key, lambda x: jnp.full((x.shape[0], 2), jnp.nan), ())
    assert jnp.isnan(evaluation.fitness)
    sound = task.evaluate(key, lambda x: jnp.ones((x.shape[0], 2)), ())
    assert sound.metrics["episode_length"] == sound.fitness


def test_running_normaliser_sees_what_the_population_saw(key):
    task = tasks.make("gymnax/CartPole-v1", episodes=4, normalizer="running")
    state = task.init(key)
    evaluation = task.evaluate(key, lambda x: x @ WEIGHTS["CartPole-v1"], state)
    following = task.update(state, evaluation.statistics)
    steps = 4 * evaluation.metrics["episode_length"]
    assert following.count == state.count + steps
    raw = 0.02 * jax.random.normal(key, (3, 4))
    restored = task.restore(following, task.preprocess(following, raw))
    assert jnp.allclose(restored, raw, atol=1e-4)
    assert dataclasses.replace(task, normalizer="none").preprocess((), raw) is raw


def test_a_curriculum_lengthens_episodes_until_they_are_whole(key):
    task = tasks.make("gymnax/Pendulum-v1", episodes=2, curriculum=3, normalizer="running")
    state, lengths = task.init(key), []
    for _ in range(5):
        evaluation = task.evaluate(key, lambda inputs: inputs[:, :1], state)
        lengths.append(int(evaluation.metrics["episode_length"]))
        state = task.update(state, evaluation.statistics)
    assert lengths == [20, 80, 140, 200, 200]
    measured, episodes = task.for_measuring(7)
    assert (measured.episodes, measured.curriculum, episodes) == (7, 0, 7)
    played = measured.evaluate(key, lambda inputs: inputs[:, :1], task.init(key))
    whole = pytest.approx(200)
    assert played.metrics["episode_length"] == whole, "whatever generation the state is of"
    settled = task.settle(state)
    whole = tasks.make("gymnax/Pendulum-v1", **task.options)
    assert jax.tree.structure(settled) == jax.tree.structure(whole.init(key))
    assert settled.count == 1 + 2 * sum(lengths)


def test_levels_are_of_whole_episodes_alone():
    assert tasks.make("gymnax/CartPole-v1", horizon=500).levels.solved == 475
    assert tasks.make("gymnax/CartPole-v1", horizon=20).levels == NO_LEVELS
