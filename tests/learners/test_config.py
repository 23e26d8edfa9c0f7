"""A learner's settings: what is refused, by name, before anything is made or while it is."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.settings.views import replaced
from hadax.core.task import Continuous, Discrete
from hadax.learners import config, losses, networks, optimizers
from hadax.learners.config import LearnerConfig
from hadax.learners.registry import make_learner

IMAGE = (6, 6, 2)
DISCRETE, CONTINUOUS = Discrete(3), Continuous(2)


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (config.ACTIVATIONS, networks.ACTIVATIONS),
        (config.INITIALIZERS, networks.INITIALIZERS),
        (config.LOSSES, losses.LOSSES),
        (config.SCHEDULES, optimizers.SCHEDULES),
        (config.OPTIMIZERS, optimizers.OPTIMIZERS),
    ],
    ids=["ACTIVATIONS", "INITIALIZERS", "LOSSES", "SCHEDULES", "OPTIMIZERS"],
)
def test_names_in_settings_are_those_of_the_tables(names, table):
    assert names == tuple(table)


@pytest.mark.parametrize("name", config.NETWORKS)
def test_every_network_is_made(name):
    made = networks.make_network(config.NetworkConfig(network=name), IMAGE, 3, log_std=False)
    assert made.outputs == 3


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"network": "transformer"}, "network"),
        ({"width": 0}, "width"),
        ({"depth": -1}, "depth"),
        ({"activation": "sine"}, "activation"),
        ({"initializer": "zeros"}, "initializer"),
        ({"output_scale": -1.0}, "output_scale"),
        ({"filters": ()}, "filters"),
        ({"filters": (8, 0)}, "filters"),
        ({"kernel": 0}, "kernel"),
        ({"loss": "hinge"}, "loss"),
        ({"inner_optimizer": "lbfgs"}, "inner_optimizer"),
        ({"inner_lr": 0.0}, "inner_lr"),
        ({"inner_lr": float("inf")}, "inner_lr"),
        ({"inner_steps": 0}, "inner_steps"),
        ({"inner_clip": -1.0}, "inner_clip"),
        ({"hidden_scale": 0.0}, "hidden_scale"),
        ({"inner_epsilon": -1.0}, "inner_epsilon"),
        ({"inner_epsilon": 1e-5, "inner_optimizer": "sgd"}, "inner_epsilon"),
        ({"inner_schedule": "step"}, "inner_schedule"),
        ({"precision": "half"}, "precision"),
    ],
)
def test_refuses_what_cannot_work(changes, name):
    with pytest.raises(ConfigError) as caught:
        replaced(LearnerConfig(), changes)
    assert caught.value.name == name


@pytest.mark.parametrize(
    ("changes", "shape", "target", "name"),
    [
        ({"network": "conv"}, (4,), DISCRETE, "network"),
        (
            {"network": "conv", "filters": (4,) * 3, "average_pool": True},
            IMAGE,
            DISCRETE,
            "average_pool",
        ),
        ({"loss": "cross_entropy"}, IMAGE, CONTINUOUS, "loss"),
        ({"loss": "gaussian_negative_log_likelihood"}, IMAGE, DISCRETE, "loss"),
    ],
)
def test_refuses_what_does_not_fit_the_task(changes, shape, target, name):
    with pytest.raises(ConfigError) as caught:
        make_learner(replaced(LearnerConfig(), changes), shape, target)
    assert caught.value.name == name
