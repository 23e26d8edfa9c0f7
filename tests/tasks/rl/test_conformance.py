"""Environments are held to what they declare, in one line, before anything runs."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl import ControlTask, Environment

ZEROS = jnp.zeros(3)


def task_of(reset, step, target=Discrete(2), shape=(3,)):  # noqa: B008 - frozen
    return ControlTask(Environment("field", shape, target, 8, reset, step), episodes=2)


def begins(state=0.0, observation=ZEROS):
    return lambda key: (state, observation)


def goes_on(state=0.0, observation=ZEROS, reward=1.0, ended=False):
    return lambda key, before, action: (state, observation, reward, ended)


@pytest.mark.parametrize(
    ("reset", "step", "words"),
    [
        (begins(observation={"a": ZEROS}), goes_on(), "observation of reset is {a: float32[3]}"),
        (begins(observation=jnp.zeros(4)), goes_on(), "of shape (3,)"),
        (begins(observation=jnp.zeros(3, complex)), goes_on(), "complex64[3]"),
        (begins(observation=jax.random.key(0)), goes_on(), "key<fry>[]"),
        (begins(), goes_on(observation=jnp.zeros((3, 1))), "observation of step is float32[3, 1]"),
        (begins(), goes_on(reward=jnp.zeros(1)), "reward of step is float32[1], must be a single"),
        (begins(), goes_on(ended=jnp.zeros(2, bool)), "ended of step is bool[2]"),
        (begins(), lambda *_: (0.0, ZEROS, 1.0, False, {}), "step gives 5 values, must give (sta"),
        (lambda key: ZEROS, goes_on(), "reset gives float32[3], must give (state, observation)"),
        (begins(state=jnp.int32(0)), goes_on(jnp.float32(0)), "state is int32[] after reset, but"),
        (begins({"x": ZEROS}), goes_on({"x": jnp.zeros(2)}), "state['x'] is float32[3] after"),
        (begins({"x": ZEROS}), goes_on({"y": ZEROS}), "than after reset: ['x'], ['y']"),
        (begins((1.0,)), goes_on([1.0]), "in its containers' types"),
    ],
)
def test_what_contradicts_itself_is_refused(reset, step, words):
    with pytest.raises(ConfigError, match="task=field: ") as caught:
        task_of(reset, step)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("reset", "step"),
    [
        (begins(), goes_on()),
        (begins(0), goes_on(jnp.float32(1), reward=1, ended=0)),
        (begins(observation=jnp.zeros(3, int)), goes_on(observation=jnp.zeros(3, bool))),
        (lambda key: [0.0, ZEROS], lambda *_: [0.0, ZEROS, jnp.int32(1), jnp.float32(0)]),
    ],
)
def test_python_numbers_and_odd_types_are_taken(reset, step, key):
    evaluation = task_of(reset, step).evaluate(key, lambda inputs: inputs[:, :2], ())
    assert evaluation.fitness == 8


def test_an_environment_is_looked_at_once():
    calls = []

    def reset(key):
        calls.append("reset")
        return 0.0, ZEROS

    step = goes_on()
    for _ in range(3):
        task = task_of(reset, step)
        jax.tree.unflatten(jax.tree.structure(task), jax.tree.leaves(task))
    assert calls == ["reset"]


def test_a_scalar_observation_is_played(key):
    def step(key, state, action):
        return state + 1.0, state, jnp.sum(action), state > 5

    for target in (Discrete(2), Continuous(2)):
        task = task_of(lambda key: (jnp.zeros(()), jnp.zeros(())), step, target, shape=())
        assert task.initial_dataset(key, 3).inputs.shape == (3,)
        policy = lambda inputs: jnp.stack([inputs, inputs], axis=1)  # noqa: E731
        assert task.evaluate(key, policy, ()).metrics["episode_length"] == 7
