"""--randomize_learner: another learner each generation, under one compiled step."""

import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError
from hadax.core.generation.engine import generation_step

SMALL = {
    "generations": 4,
    "population": 8,
    "width": 4,
    "depth": 1,
    "inner_steps": 3,
    "inits_per_candidate": 2,
    "evaluate_every": 0,
    "score_networks": 2,
    "progress": False,
}
TASK = "analytic/linear_regression"


def test_a_search_compiles_one_step_and_is_the_same_again():
    compiled = generation_step._cache_size()
    found = hadax.distill(TASK, randomize_learner=True, **SMALL)
    assert generation_step._cache_size() == compiled + 1
    again = hadax.distill(TASK, randomize_learner=True, **SMALL)
    assert np.array_equal(found.dataset.inputs, again.dataset.inputs)
    assert found.header.distillation.randomize_learner
    # Scored, and trained by users, on the named learner.
    assert found.score == again.score
    assert found.fit(0).learner == found.learner


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vary": True}, "not with vary"),
        ({"policy_init": "fixed"}, "keeps one initialisation"),
        ({"depth": 0}, "needs hidden layers"),
        ({"inner_optimizer": "lion"}, "one of sgd, momentum, rmsprop, adam"),
    ],
)
def test_what_cannot_be_drawn_anew_is_refused(changes, words):
    with pytest.raises(ConfigError, match=f"randomize_learner=true: .*{words}"):
        hadax.distill(TASK, randomize_learner=True, **{**SMALL, **changes})


@pytest.mark.parametrize(
    ("task", "loss", "right"),
    [
        (TASK, "cross_entropy", "mean_squared_error"),
        ("gymnax/CartPole-v1", "gaussian_negative_log_likelihood", "cross_entropy"),
    ],
)
def test_a_loss_of_other_targets_is_refused_before_the_search(tmp_path, task, loss, right):
    # Later, the named learner would refuse it, and nothing of the search would be left.
    changes = {"vary": False, "loss": loss, "workdir": tmp_path / "run"}
    with pytest.raises(ConfigError, match=f"loss={loss}: cannot train .*; use {right}"):
        hadax.distill(task, randomize_learner=True, **SMALL, **changes)
    assert not list(tmp_path.glob("run/**/*.safetensors"))
