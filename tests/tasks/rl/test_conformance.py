"""Environments are held to what they declare, in one line, before anything runs."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl import ControlTask, Environment, spaces

ZEROS = jnp.zeros(3)


def task_of(reset, step, target=Discrete(2), shape=(3,)):  # noqa: B008 - frozen
    return ControlTask(Environment("field", shape, target, 8, reset, step), episodes=2)


def of_box(step):
    box = spaces.Box(low=-1.0, high=1.0)
    seen = spaces.Box(shape=(3,))
    return ControlTask(Environment.from_spaces("field", seen, box, 8, begins(), step), episodes=2)


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
        (
            begins(),
            lambda key, state: goes_on()(key, state, 0),
            "step(key, state, action): too many",
        ),
        (
            begins(),
            lambda key, state, action, more: goes_on()(key, state, action),
            "cannot be called as step(key, state, action): missing a required argument: 'more'",
        ),
        (lambda: (0.0, ZEROS), goes_on(), "its reset cannot be called as reset(key): too many"),
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


def test_a_step_of_the_wrong_arguments_is_told_of_for_spaces_too():
    with pytest.raises(ConfigError) as refused:
        of_box(lambda key, state: goes_on()(key, state, 0))
    expected = (
        "its step cannot be called as step(key, state, action): too many positional arguments"
    )
    assert str(refused.value) == f"task=field: {expected}"


VALUES = "no float(), int() or NumPy of its arguments; use jax.numpy and jax.random"


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        (lambda action: 1.0 if action[0] > 0 else 2.0, "choose with jax.numpy.where, not with if"),
        (lambda action: np.asarray(action)[0], VALUES),
        (lambda action: float(action[0]), VALUES),
        (lambda action: np.random.default_rng(int(action[0])).normal(), VALUES),
    ],
)
def test_a_step_that_looks_at_values_is_told_that_it_is_compiled(looks, said):
    with pytest.raises(TypeError) as raised:
        of_box(lambda key, state, action: goes_on(reward=looks(action))(key, state, action))
    assert f"field: its step is compiled: {said}" in raised.value.__notes__


@dataclass
class Changeable:
    """Both functions of an environment, as methods."""

    reward: float = 1.0

    def reset(self, key):
        return 0.0, ZEROS

    def step(self, key, state, action):
        return state, ZEROS, self.reward, False


@dataclass(frozen=True)
class Unhashable:
    """A step that cannot be looked for among those that were compiled."""

    held: object

    def __call__(self, key, state, action):
        return state, ZEROS, 1.0, False


@pytest.mark.parametrize("make", [lambda step: task_of(begins(), step), of_box])
@pytest.mark.parametrize("step", [Changeable().step, jax.jit(Changeable().step)])
def test_a_method_of_what_may_change_is_refused(make, step):
    with pytest.raises(ConfigError) as refused:
        make(step)
    found = "its step is of a Changeable, a dataclass that may change"
    assert str(refused.value) == f"task=field: {found}: make it @dataclass(frozen=True)"


def test_a_function_without_a_hash_is_refused():
    said = r"^task=field: its step must be hashable \(unhashable type: 'numpy.ndarray'\)$"
    with pytest.raises(ConfigError, match=said):
        task_of(begins(), Unhashable(np.ones(2)))
    task_of(begins(), Unhashable(2))


def test_an_error_within_a_step_stays_what_it_is():
    with pytest.raises(TypeError, match="unsupported operand"):
        of_box(lambda key, state, action: state + "one")


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


def test_a_target_that_is_a_number_alone_is_refused():
    with pytest.raises(ConfigError, match=r"^target=2: must be hadax\.Discrete\(n\) or hadax\.Con"):
        task_of(begins(), goes_on(), target=2)


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
