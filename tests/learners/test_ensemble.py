"""Ensembles: members of their own, and the mean of what they would do."""

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.settings.views import replaced
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import LearnerConfig
from hadax.learners.ensemble import EnsembleLearner
from hadax.learners.registry import make_learner

CONFIG = replaced(LearnerConfig(), {"width": 4, "inner_steps": 5})


def members(target, key):
    """An ensemble's outputs, and those of its members one by one."""
    member = make_learner(CONFIG, (3,), target)
    learner = EnsembleLearner(member, 3, isinstance(target, Discrete))
    data = Dataset(jax.random.normal(key, (4, 3)), balanced_one_hot(4, 2))
    state, metrics = learner.fit(key, learner.init(key), data)
    assert metrics["fit_loss"].shape == ()
    each = jnp.stack(
        [
            member.apply(member.fit(key, member.init(one), data)[0], data.inputs)
            for one in jax.random.split(key, 3)
        ]
    )
    return learner.apply(state, data.inputs), each


def test_vectors_are_averaged(key):
    outputs, each = members(Continuous(2), key)
    assert jnp.allclose(outputs, jnp.mean(each, axis=0), atol=1e-5)


def test_of_classes_the_distributions_are_averaged_not_the_logits(key):
    outputs, each = members(Discrete(2), key)
    mean = jnp.mean(jax.nn.softmax(each), axis=0)
    assert jnp.allclose(jax.nn.softmax(outputs), mean, atol=1e-5)
    assert not jnp.allclose(mean, jax.nn.softmax(jnp.mean(each, axis=0)), atol=1e-6)


def test_an_ensemble_of_networks_that_are_not_finite_has_no_answer():
    member = make_learner(CONFIG, (3,), Discrete(2))
    learner = EnsembleLearner(member, 2, True)
    broken = jax.tree.map(lambda leaf: leaf * jnp.nan, learner.init(jax.random.key(0)))
    assert jnp.all(jnp.isnan(learner.apply(broken, jnp.ones((1, 3)))))
