"""Spaces of gymnasium, of gymnax and our own, and what environments make of them."""

import math

import gymnasium
import jax.numpy as jnp
import numpy as np
import pytest
from gymnax.environments import spaces as gymnax_spaces

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete, Labels
from hadax.tasks.rl import ControlTask, Environment, spaces

BOXES = (
    spaces.Box(low=(-2.0, 0.0), high=3.0, shape=(2,)),
    gymnasium.spaces.Box(np.array([-2.0, 0.0]), np.array([3.0, 3.0]), dtype=np.float64),
    gymnax_spaces.Box(jnp.array([-2.0, 0.0]), 3.0, (2,)),
)
CHOICES = (spaces.Discrete(4), gymnasium.spaces.Discrete(4), gymnax_spaces.Discrete(4))


def reset(key):
    return jnp.zeros(2), jnp.zeros(2)


def step(key, state, action):
    return state, state, jnp.sum(action), False


def from_spaces(action_space, observation_space=BOXES[0], **more):
    return Environment.from_spaces("mine", observation_space, action_space, 5, reset, step, **more)


@pytest.mark.parametrize("box", BOXES)
def test_arrays_are_understood(box):
    environment = from_spaces(box, observation_space=box)
    assert environment.observation_shape == (2,)
    assert environment.target == Continuous(2)
    assert (environment.action_low, environment.action_high) == ((-2.0, 0.0), (3.0, 3.0))


@pytest.mark.parametrize("choice", CHOICES)
def test_choices_are_understood(choice):
    environment = from_spaces(choice)
    assert environment.target == Discrete(4)
    assert environment.step is step
    assert environment.action_low is None


@pytest.mark.parametrize(
    ("observation_space", "action_space", "words"),
    [
        (BOXES[0], gymnasium.spaces.MultiDiscrete([2, 3]), "neither one choice"),
        (BOXES[0], gymnasium.spaces.MultiBinary(3), "neither one choice"),
        (BOXES[0], gymnasium.spaces.Discrete(3, start=1), "counted from 0"),
        (BOXES[0], spaces.Box(shape=(2,)), "bounds must be finite"),
        (BOXES[0], spaces.Box(low=1.0, high=-1.0), "low must not be above its high"),
        (
            BOXES[0],
            spaces.Box(low=(-1.0, 3.0), high=2.0, shape=(2,)),
            "low must not be above its high",
        ),
        (BOXES[0], gymnax_spaces.Box(1.0, -1.0, (1,)), "low must not be above its high"),
        (gymnasium.spaces.Discrete(3), BOXES[0], "not one array"),
        (gymnasium.spaces.Dict(a=BOXES[1]), BOXES[0], "not one array"),
    ],
)
def test_other_spaces_are_refused(observation_space, action_space, words):
    with pytest.raises(ConfigError, match=words):
        from_spaces(action_space, observation_space)


def test_an_action_that_is_fixed_is_taken():
    environment = from_spaces(spaces.Box(low=(-1.0, 2.0), high=2.0, shape=(2,)))
    assert (environment.action_low, environment.action_high) == ((-1.0, 2.0), (2.0, 2.0))


def test_bounds_that_are_given_in_the_wrong_order_are_refused():
    given = {"reset": reset, "step": step, "action_low": (0.0, 3.0), "action_high": (1.0, 2.0)}
    with pytest.raises(ConfigError, match=r"^action_low=0\.0,3\.0: must not be above action_high"):
        Environment("mine", (2,), Continuous(2), 5, **given)


def test_actions_arrive_between_the_bounds_in_the_spaces_shape(key):
    seen = from_spaces(spaces.Box(low=-2.0, high=3.0, shape=(1, 2)))
    _, _, reward, _ = seen.step(key, jnp.zeros(2), jnp.array([-1.0, 1.0]))
    assert reward == 1
    task = ControlTask(environment=seen, episodes=1)
    assert task.evaluate(key, lambda inputs: jnp.ones((1, 2)), ()).fitness == 5 * 6


def test_equal_environments_are_equal():
    assert from_spaces(BOXES[0]) == from_spaces(BOXES[0])
    assert hash(from_spaces(BOXES[0])) == hash(from_spaces(BOXES[0]))


def test_answers_become_the_environments_own_actions():
    pendulum = tasks.make("gymnax/Pendulum-v1")
    answer = pendulum.answer(jnp.array([[0.5], [-7.0]]))
    assert jnp.allclose(answer, jnp.array([[0.5], [-1.0]]))
    assert jnp.allclose(pendulum.to_action(answer), jnp.array([[1.0], [-2.0]]))
    cart_pole = tasks.make("gymnax/CartPole-v1")
    assert jnp.array_equal(cart_pole.to_action(jnp.array([1, 0])), jnp.array([1, 0]))
    hopper = tasks.make("brax/hopper")
    assert jnp.array_equal(hopper.to_action(jnp.eye(3)), jnp.eye(3))


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (Labels(input_names=("x",)), "labels.input_names"),
        (Labels(target_names=("a",)), "labels.target_names"),
        (Labels(target_units=("N",) * 3), "labels.target_units"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, name):
    with pytest.raises(ConfigError, match="mine has 2 of them") as caught:
        from_spaces(BOXES[0], labels=labels)
    assert caught.value.name == name


def test_a_box_is_unbounded_unless_told():
    box = spaces.Box()
    assert (box.low, box.high, box.shape) == (-math.inf, math.inf, (1,))


def made(**given):
    chosen = {"observation_shape": (2,), "action_low": None, "action_high": None, **given}
    return Environment("arm", target=Continuous(2), horizon=5, reset=reset, step=step, **chosen)


def test_bounds_and_shapes_come_as_lists_and_arrays_too():
    bounds = {"action_low": np.float32([0, -1]), "action_high": [2, 1]}
    environment = made(observation_shape=[2], **bounds)
    assert environment.observation_shape == (2,)
    assert environment.action_low == (0.0, -1.0)
    assert environment.action_high == (2.0, 1.0)
    assert hash(environment) == hash(made(action_low=(0.0, -1.0), action_high=(2.0, 1.0)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"observation_shape": 2}, r"observation_shape=2: must be a tuple of whole numbers"),
        ({"observation_shape": (2.5,)}, "observation_shape=2.5: must be a tuple of whole numbers"),
        ({"action_low": -2.0, "action_high": 2.0}, "action_low=-2.0: must be a tuple of numbers"),
        ({"action_low": "ab", "action_high": "cd"}, "action_low=ab: must be a tuple of numbers"),
        ({"action_low": [[1, 2], [3]], "action_high": [1]}, "action_low=.*: must be a tuple"),
        ({"action_low": [1.0], "action_high": [2.0]}, "action_low=1.0: arm has 2 of them"),
    ],
)
def test_what_are_no_bounds_or_shapes_is_refused(given, words):
    with pytest.raises(ConfigError, match=words):
        made(**given)
