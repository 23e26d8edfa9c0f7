"""The shared first layer is the plain inner loop, only computed in fewer numbers."""

import dataclasses

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.settings.views import replaced
from hadax.core.storage.trees import tree_bytes
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import InnerLoop, LearnerConfig, NetworkConfig
from hadax.learners.gradient import GradientLearner
from hadax.learners.optimizers import SCHEDULES
from hadax.learners.registry import make_learner
from hadax.learners.shared_first_layer import (
    ADDITIVE_OPTIMIZERS,
    FactoredState,
    SharedFirstLayerLearner,
)

IMAGE = (6, 6, 1)
CONFIG = LearnerConfig(
    network=NetworkConfig(width=12, depth=2, activation="relu"),
    inner_loop=InnerLoop(inner_optimizer="sgd", inner_lr=0.1, inner_steps=20),
)


def make(target=None, **changes):
    config = replaced(CONFIG, changes)
    learner = make_learner(config, IMAGE, target or Discrete(3))
    assert isinstance(learner, SharedFirstLayerLearner)
    return learner


def images(key, size=5):
    return Dataset(jax.random.normal(key, (size, *IMAGE)), balanced_one_hot(size, 3))


def assert_same_network(learner, state, plain, key):
    inputs = jax.random.normal(key, (30, *IMAGE))
    expected = learner.plain.apply(plain, inputs)
    assert jnp.allclose(learner.apply(state, inputs), expected, atol=1e-4)
    merged = learner.parameters(state)
    assert jax.tree.structure(merged) == jax.tree.structure(plain)
    for one, other in zip(jax.tree.leaves(merged), jax.tree.leaves(plain), strict=True):
        assert jnp.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("optimizer", ADDITIVE_OPTIMIZERS)
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_trains_the_same_network(optimizer, depth, key):
    learner, data = make(inner_optimizer=optimizer, depth=depth), images(key)
    initial = learner.init(key)
    state, metrics = jax.jit(learner.fit)(key, initial, data)
    plain, expected = jax.jit(learner.plain.fit)(key, initial, data)
    assert isinstance(state, FactoredState)
    assert metrics["fit_loss"] == pytest.approx(float(expected["fit_loss"]), abs=1e-5)
    assert_same_network(learner, state, plain, key)
    assert not jnp.allclose(learner.apply(state, data.inputs), learner.apply(initial, data.inputs))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_follows_schedules(schedule, key):
    learner, data = make(inner_schedule=schedule), images(key)
    initial = learner.init(key)
    state, _ = learner.fit(key, initial, data)
    assert_same_network(learner, state, learner.plain.fit(key, initial, data)[0], key)


@pytest.mark.parametrize("depth", [0, 2])
def test_learns_a_spread_too(depth, key):
    loss = "gaussian_negative_log_likelihood"
    learner = make(Continuous(2), loss=loss, inner_lr=0.01, depth=depth)
    data = Dataset(jax.random.normal(key, (4, *IMAGE)), jnp.ones((4, 2)) * 0.5)
    initial = learner.init(key)
    state, _ = learner.fit(key, initial, data)
    assert state.rest["params"]["log_std"].shape == (2,)
    assert_same_network(learner, state, learner.plain.fit(key, initial, data)[0], key)


def test_many_examples_are_trained_plainly(key):
    learner = make()
    state, _ = learner.fit(key, learner.init(key), images(key, size=19))
    assert not isinstance(state, FactoredState)
    assert learner.parameters(state) is state


def test_a_fresh_network_answers_as_the_plain_one(key):
    learner, inputs = make(), jax.random.normal(key, (3, *IMAGE))
    fresh = learner.init(key)
    assert jnp.array_equal(learner.apply(fresh, inputs), learner.plain.apply(fresh, inputs))


def test_a_population_shares_its_initial_weights(key):
    """The trained networks of many candidates hold the first layer's weights once."""
    learner = make()
    populations = jax.vmap(lambda k: images(k))(jax.random.split(key, 7))
    initial = learner.init(key)

    def fit(data):
        state, _ = learner.fit(key, initial, data)
        return dataclasses.replace(state, kernel=None)

    shapes = jax.eval_shape(jax.vmap(fit), populations)
    assert tree_bytes(shapes) == 7 * learner.own_bytes(learner.fit(key, initial, images(key))[0])
    assert max(leaf.size for leaf in jax.tree.leaves(shapes)) == 7 * 5 * 36
    states = jax.vmap(fit)(populations)
    third = jax.tree.map(lambda leaf: leaf[2], (states, populations))
    alone, _ = learner.fit(key, initial, third[1])
    assert jnp.allclose(third[0].shift, alone.shift, atol=1e-5)


@pytest.mark.parametrize(
    "changes",
    [
        {"inner_optimizer": "adam"},
        {"inner_clip": 0.5},
        {"network": "conv", "filters": (2,)},
        {"precision": "bfloat16"},
    ],
)
def test_is_left_alone_where_it_would_not_be_exact(changes):
    config = replaced(CONFIG, changes)
    assert isinstance(make_learner(config, IMAGE, Discrete(3)), GradientLearner)


@pytest.mark.parametrize("optimizer", ADDITIVE_OPTIMIZERS)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_is_measured_is_what_users_get(optimizer, precision, key):
    """Whatever a trained network is kept as, its plain parameters answer the same."""
    changes = {"inner_optimizer": optimizer, "precision": precision, "width": 32}
    learner = make_learner(replaced(CONFIG, changes), IMAGE, Discrete(3))
    state, _ = learner.fit(key, learner.init(key), images(key))
    inputs = jax.random.normal(key, (30, *IMAGE))
    plain = getattr(learner, "plain", learner)
    answers = plain.apply(learner.parameters(state), inputs)
    assert jnp.allclose(learner.apply(state, inputs), answers, atol=1e-5)
