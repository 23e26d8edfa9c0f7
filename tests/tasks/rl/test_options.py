"""A control task and the options that it is made with by name: one set of defaults and ranges."""

from dataclasses import MISSING, fields

import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError
from hadax.tasks.rl.config import ControlOptions
from hadax.tasks.rl.control import TASK_OPTIONS

ENVIRONMENT = hadax.make("analytic/linear_quadratic", horizon=10).environment
OF_ENVIRONMENT = {"horizon", "backend", "view"}
BEYOND = {
    "episodes": (0, 1.5, "four"),
    "curriculum": (-1, None),
    "alive_bonus_until": (-1,),
    "alive_bonus_start": (-0.1, 1.5, "half", float("nan")),
    "sticky_actions": (1.0, None),
    "random_start": (-1, 2**20 + 1),
    "worst_share": (0.0, 1.1, -0.5, float("nan"), None),
    "action_mode": ("best", 1),
    "action_bounds": ("wrap",),
    "action_scale": (0.0, float("inf"), float("nan"), "1.0"),
    "normalizer": ("layer",),
}


def test_a_task_has_every_option_that_does_not_make_its_environment():
    named = {each.name for each in TASK_OPTIONS}
    assert named == {each.name for each in fields(ControlOptions)} - OF_ENVIRONMENT
    assert named - {"early_exit"} == BEYOND.keys()


def test_defaults_are_those_of_the_options():
    task, options = hadax.ControlTask(ENVIRONMENT), ControlOptions()
    for each in TASK_OPTIONS:
        if each.name != "normalizer":  # Each library has its own.
            assert each.default is not MISSING
            assert getattr(task, each.name) == getattr(options, each.name)


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in BEYOND.items() for v in vs])
def test_what_the_options_refuse_a_task_refuses(name, value):
    for make in (lambda **given: hadax.ControlTask(ENVIRONMENT, **given), ControlOptions):
        with pytest.raises(ConfigError) as caught:
            make(**{name: value})
        assert caught.value.name == name


def test_numbers_may_be_of_numpy():
    task = hadax.ControlTask(ENVIRONMENT, episodes=np.int64(3), action_scale=np.float32(0.5))
    assert (task.episodes, task.action_scale) == (3, 0.5)


def test_what_is_named_reaches_the_task():
    given = {
        "episodes": 3,
        "curriculum": 2,
        "sticky_actions": 0.2,
        "random_start": 5,
        "worst_share": 0.5,
        "action_mode": "sample",
        "action_bounds": "tanh",
        "action_scale": 2.0,
        "normalizer": "running",
        "early_exit": False,
    }
    task = hadax.make("gymnax/Pendulum-v1", **given)
    assert {name: getattr(task, name) for name in given} == given
