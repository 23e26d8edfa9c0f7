"""Learners beside hadax's are held to what they promise, in one line, before anything runs."""

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import pytest

import hadax
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.learners.conformance import check_network, check_training

DATASET = Dataset(jnp.ones((4, 3)), jnp.ones((4, 2)))
NAME = "mine/means"


@dataclass(frozen=True)
class Means(hadax.BaseLearner):
    """Answers the mean of the targets: what each function does can be replaced."""

    initial: Any = lambda key: jnp.zeros(2)
    trained: Any = lambda targets: (targets.mean(0), {"fit_loss": 0.0})
    answers: Any = lambda state, inputs: jnp.broadcast_to(state, (len(inputs), 2))

    def init(self, key):
        return self.initial(key)

    def fit(self, key, initial, dataset):
        return self.trained(dataset.targets)

    def apply(self, state, inputs):
        return self.answers(state, inputs)


def fails(*_):
    raise KeyError("penalty")


def refusal(check, *arguments):
    with pytest.raises(ConfigError) as caught:
        check(NAME, *arguments)
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(f"learner={NAME}: ")
    return said.removeprefix(f"learner={NAME}: ")


def test_a_learner_that_keeps_its_promises_is_let_in():
    check_network(NAME, Means(), (3,), Continuous(2))
    check_network(NAME, Means(), (3,), Discrete(2))
    check_training(NAME, Means(), DATASET, Continuous(2))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (lambda state, inputs: inputs[:, 0], "gives float32[5] for float32[5, 3], must give"),
        (lambda state, inputs: inputs[:, :1], "gives float32[5, 1] for float32[5, 3], must give"),
        (lambda state, inputs: state, "gives float32[2] for"),
        (lambda state, inputs: inputs[:, :2] > 0, "gives bool[5, 2] for"),
        (lambda state, inputs: (inputs, state), "gives (float32[5, 3], float32[2]) for"),
        (fails, "fails: KeyError: 'penalty'"),
    ],
)
def test_answers_of_another_shape_are_refused(answers, words):
    learner = Means(answers=answers)
    assert refusal(check_network, learner, (3,), Discrete(2)).startswith(f"its apply {words}")


def test_a_spread_beside_the_means_is_an_answer_to_continuous_targets_alone():
    learner = Means(answers=lambda state, inputs: jnp.zeros((len(inputs), 4)))
    check_network(NAME, learner, (3,), Continuous(2))
    assert "must give float32[5, 2]" in refusal(check_network, learner, (3,), Discrete(2))


@pytest.mark.parametrize(
    ("trained", "words"),
    [
        (lambda targets: targets, "its fit gives float32[4, 2], must give (network, scalars by"),
        (lambda targets: None, "its fit gives None, must give"),
        (lambda targets: (targets, {"loss": targets}), "its fit gives loss as float32[4, 2], must"),
        (lambda targets: (targets[0, :1] @ targets, {}), "its fit fails: TypeError: "),
        (fails, "its fit fails: KeyError: 'penalty'"),
    ],
)
def test_a_training_that_cannot_be_is_the_learners_fault(trained, words):
    learner = Means(trained=trained)
    check_network(NAME, learner, (3,), Continuous(2))
    assert refusal(check_training, learner, DATASET, Continuous(2)).startswith(words)


def test_a_trained_network_answers_as_a_fresh_one():
    learner = Means(trained=lambda targets: (targets[:, 0], {}), answers=lambda state, _: state)
    assert "its apply gives float32[4]" in refusal(check_training, learner, DATASET, Continuous(2))


def test_a_failing_initialisation_is_told_of():
    learner = Means(initial=fails)
    words = "its init fails: KeyError: 'penalty' (test_conformance.py, line "
    assert refusal(check_network, learner, (3,), Continuous(2)).startswith(words)


def test_a_learner_that_no_cache_can_hold_is_refused():
    learner = replace(Means(), initial=[])
    assert "must be hashable" in refusal(check_network, learner, (3,), Continuous(2))
