"""The contract of every learner: the built-in one in all its settings, and one of a package."""

from functools import partial

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.settings.views import replaced
from hadax.core.storage.trees import tree_bytes
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import (
    ACTIVATIONS,
    DEFAULT_LEARNER,
    INITIALIZERS,
    NETWORKS,
    OPTIMIZERS,
    PRECISIONS,
    SCHEDULES,
    LearnerConfig,
)
from hadax.learners.losses import LOSSES, fits, resolved_loss
from hadax.learners.registry import learner_names, make_learner

IMAGE = (6, 6, 2)
DISCRETE, CONTINUOUS = Discrete(3), Continuous(2)
DROPOUT = "thirdparty/dropout"

# Optimisers that scale their steps by the weights' own size want larger rates.
INNER_LR = {"lars": 1.0, "fromage": 0.1}

CONFIGS = {
    **{f"network={name}": {"network": name} for name in NETWORKS},
    **{f"activation={name}": {"activation": name} for name in ACTIVATIONS},
    **{f"initializer={name}": {"initializer": name} for name in INITIALIZERS},
    **{f"loss={name}": {"loss": name} for name in LOSSES},
    **{
        f"inner_optimizer={name}": {"inner_optimizer": name, "inner_lr": INNER_LR.get(name, 0.01)}
        for name in OPTIMIZERS
    },
    **{f"inner_schedule={name}": {"inner_schedule": name} for name in SCHEDULES},
    **{f"precision={name}": {"precision": name} for name in PRECISIONS},
    "linear": {"depth": 0},
    "clipped": {"inner_clip": 0.5},
    "small head": {"output_scale": 0.01},
    "small body": {"hidden_scale": 0.5},
    "large epsilon": {"inner_epsilon": 1e-3},
    "conv blocks": {
        "network": "conv",
        "filters": (4, 8),
        "instance_norm": True,
        "average_pool": True,
        "depth": 0,
    },
}

# One of each form that a learner's computation takes, for what compiles more than once.
FORMS = {
    "adam": {},
    "momentum": {"inner_optimizer": "momentum"},
    "linear": {"depth": 0, "inner_optimizer": "sgd"},
    "conv": {"network": "conv", "filters": (4,)},
    "bfloat16": {"precision": "bfloat16"},
    "spread": {"loss": "gaussian_negative_log_likelihood"},
}

_DROPPED = {"learner": DROPOUT}
EVERY = {**CONFIGS, DROPOUT: _DROPPED, f"{DROPOUT}, conv": {**_DROPPED, "network": "conv"}}
EVERY_FORM = {**FORMS, DROPOUT: _DROPPED}


def make(changes, shape=IMAGE):
    """A learner, its target and its loss."""
    settings = {"width": 16, "inner_lr": 0.01, "inner_steps": 60, **changes}
    config = replaced(LearnerConfig(), settings)
    loss = config.inner_loop.loss
    target = DISCRETE if loss == "auto" or fits(loss, DISCRETE) else CONTINUOUS
    learner = make_learner(config, shape, target)
    return learner, target, LOSSES[resolved_loss(loss, target)]


def dataset(target, key, size=6, shape=IMAGE):
    inputs = jax.random.normal(key, (size, *shape))
    if isinstance(target, Discrete):
        return Dataset(inputs, balanced_one_hot(size, target.size))
    return Dataset(inputs, jnp.tanh(inputs.reshape(size, -1)[:, : target.size]))


@partial(jax.jit, static_argnums=0)
def fit(learner, key, initial, data):
    return learner.fit(key, initial, data)


def types(tree):
    return jax.tree.map(lambda leaf: (leaf.shape, leaf.dtype), tree)


def test_every_known_learner_is_held_to_the_contract(dropout):
    tested = {changes.get("learner", DEFAULT_LEARNER) for changes in EVERY.values()}
    assert set(learner_names()) == tested == {DEFAULT_LEARNER, dropout}


@pytest.mark.usefixtures("dropout")
@pytest.mark.parametrize("changes", EVERY.values(), ids=EVERY.keys())
class TestContract:
    def test_learns_its_examples_and_one_key_gives_one_result(self, changes, key):
        learner, target, loss_of = make(changes)
        data = dataset(target, key)
        initial = learner.init(key)
        trained, metrics = fit(learner, key, initial, data)
        loss = partial(loss_of, targets=data.targets)
        before = loss(learner.apply(initial, data.inputs))
        assert loss(learner.apply(trained, data.inputs)) < before - 0.05 * abs(before)
        assert metrics["fit_loss"] < before
        again, _ = fit(learner, key, initial, data)
        for one, other in zip(jax.tree.leaves(trained), jax.tree.leaves(again), strict=True):
            assert jnp.array_equal(one, other)

    def test_trained_networks_have_the_types_of_fresh_ones(self, changes, key):
        learner, target, _ = make(changes)
        fresh = jax.eval_shape(learner.init, key)
        trained, metrics = jax.eval_shape(learner.fit, key, fresh, dataset(target, key))
        assert types(fresh) == types(jax.eval_shape(learner.parameters, trained))
        assert types(fresh) == types(jax.eval_shape(learner.parameters, fresh))
        assert all(leaf.shape == () for leaf in metrics.values())
        for state in (fresh, trained):
            outputs = jax.eval_shape(learner.apply, state, jnp.zeros((5, *IMAGE)))
            assert outputs.shape[0] == 5
            assert outputs.dtype == jnp.float32
            assert 0 < learner.own_bytes(state) <= tree_bytes(state)

    def test_equal_settings_make_an_equal_learner(self, changes, key):
        one, other = make(changes)[0], make(changes)[0]
        assert one == other
        assert hash(one) == hash(other)
        assert one != make({**changes, "inner_steps": 61})[0]


@pytest.mark.usefixtures("dropout")
@pytest.mark.parametrize("changes", EVERY_FORM.values(), ids=EVERY_FORM.keys())
class TestEveryForm:
    def test_a_population_trains_and_answers_as_each_by_itself(self, changes, key):
        learner, target, _ = make({**changes, "inner_steps": 10})
        inputs = jax.random.normal(key, (4, *IMAGE))
        populations = jax.vmap(partial(dataset, target))(jax.random.split(key, 3))
        inits = jax.vmap(learner.init)(jax.random.split(key, 3))

        def answers(initial, data):
            return learner.apply(learner.fit(key, initial, data)[0], inputs)

        together = jax.jit(jax.vmap(answers))(inits, populations)
        for number in range(3):
            one = jax.tree.map(lambda leaf, at=number: leaf[at], (inits, populations))
            assert jnp.allclose(together[number], answers(*one), atol=1e-3)

    def test_its_parameters_answer_as_it_does(self, changes, key):
        learner, target, _ = make(changes)
        inputs = jax.random.normal(key, (4, *IMAGE))
        initial = learner.init(key)
        trained, _ = fit(learner, key, initial, dataset(target, key))
        for state in (initial, trained):
            answers = learner.apply(learner.parameters(state), inputs)
            assert jnp.allclose(answers, learner.apply(state, inputs), atol=1e-4)

    def test_memory_does_not_grow_with_inner_steps(self, changes, key):
        def temporary_bytes(steps):
            learner, target, _ = make({**changes, "inner_steps": steps})
            data = dataset(target, key)
            compiled = fit.lower(learner, key, learner.init(key), data).compile()
            return compiled.memory_analysis().temp_size_in_bytes

        # This learner of a package keeps each step's key and loss.
        kept = 64 * 990 if changes.get("learner") == DROPOUT else 0
        assert temporary_bytes(1000) <= temporary_bytes(10) + kept
