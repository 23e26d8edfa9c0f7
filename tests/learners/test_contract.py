"""The contract of every learner: networks, losses, optimisers and schedules by name."""

import dataclasses
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import NETWORKS, LearnerConfig, make_learner
from hadax.learners.kernels.products import PRECISIONS
from hadax.learners.losses import LOSSES, fits
from hadax.learners.networks import ACTIVATIONS, INITIALIZERS
from hadax.learners.optimizers import OPTIMIZERS, SCHEDULES
from hadax.learners.shared_first_layer import plain_parameters
from hadax.learners.variations import variations

IMAGE = (6, 6, 2)
DISCRETE, CONTINUOUS = Discrete(3), Continuous(2)

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


def make(changes, target=None, shape=IMAGE):
    config = LearnerConfig(**{"width": 16, "inner_lr": 0.01, "inner_steps": 60, **changes})
    if target is None:
        loss = config.loss
        target = DISCRETE if loss == "auto" or fits(loss, DISCRETE) else CONTINUOUS
    return make_learner(config, shape, target), target


def plain_learner(learner):
    return getattr(learner, "plain", learner)


def dataset(target, key, size=6, shape=IMAGE):
    inputs = jax.random.normal(key, (size, *shape))
    if isinstance(target, Discrete):
        return Dataset(inputs, balanced_one_hot(size, target.size))
    return Dataset(inputs, jnp.tanh(inputs.reshape(size, -1)[:, : target.size]))


fit = jax.jit(lambda learner, initial, data: learner.fit(initial, data), static_argnums=0)


@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
class TestContract:
    def test_learns_its_examples_deterministically(self, changes, key):
        learner, target = make(changes)
        data = dataset(target, key)
        initial = learner.init(key)
        trained, metrics = fit(learner, initial, data)
        loss = partial(LOSSES[plain_learner(learner).loss], targets=data.targets)
        before = loss(learner.apply(initial, data.inputs))
        assert loss(learner.apply(trained, data.inputs)) < before - 0.05 * abs(before)
        assert metrics["fit_loss"] < before
        again, _ = fit(learner, initial, data)
        for one, other in zip(jax.tree.leaves(trained), jax.tree.leaves(again), strict=True):
            assert jnp.array_equal(one, other)

    def test_trained_networks_have_the_types_of_fresh_ones(self, changes, key):
        learner, target = make(changes)
        fresh = jax.eval_shape(learner.init, key)
        trained, _ = jax.eval_shape(learner.fit, fresh, dataset(target, key))
        trained = jax.eval_shape(plain_parameters, trained)
        assert jax.tree.map(lambda x: (x.shape, x.dtype), fresh) == jax.tree.map(
            lambda x: (x.shape, x.dtype), trained
        )
        fitted, _ = jax.eval_shape(learner.fit, fresh, dataset(target, key))
        for state in (fresh, fitted):
            outputs = jax.eval_shape(learner.apply, state, jnp.zeros((5, *IMAGE)))
            assert outputs.shape[0] == 5
            assert outputs.dtype == jnp.float32

    def test_equal_settings_make_an_equal_learner(self, changes, key):
        assert make(changes)[0] == make(changes)[0]
        assert hash(make(changes)[0]) == hash(make(changes)[0])


def test_memory_does_not_grow_with_inner_steps(key):
    def temporary_bytes(steps):
        learner, target = make({"inner_steps": steps})
        data = dataset(target, key)
        compiled = fit.lower(learner, learner.init(key), data).compile()
        return compiled.memory_analysis().temp_size_in_bytes

    assert temporary_bytes(1000) == temporary_bytes(10)


def test_inner_loop_is_plain_full_batch_descent(key):
    learner, target = make({"inner_optimizer": "sgd", "inner_lr": 0.05, "inner_steps": 3})
    data = dataset(target, key)
    params = learner.init(key)
    trained = plain_parameters(fit(learner, params, data)[0])
    for _ in range(3):
        gradient = jax.grad(
            lambda p: optax.softmax_cross_entropy(
                learner.apply(p, data.inputs), data.targets
            ).mean()
        )(params)
        params = jax.tree.map(lambda p, g: p - 0.05 * g, params, gradient)
    for one, other in zip(jax.tree.leaves(trained), jax.tree.leaves(params), strict=True):
        assert jnp.allclose(one, other, atol=1e-6)


def test_clipping_bounds_the_first_step(key):
    learner, target = make(
        {"inner_optimizer": "sgd", "inner_lr": 1.0, "inner_steps": 1, "inner_clip": 0.01}
    )
    initial = learner.init(key)
    trained, _ = fit(learner, initial, dataset(target, key))
    moved = optax.tree.norm(jax.tree.map(jnp.subtract, trained, initial))
    assert moved == pytest.approx(0.01, rel=1e-4)


def test_gaussian_likelihood_learns_the_spread_of_its_targets(key):
    learner, _ = make(
        {"loss": "gaussian_negative_log_likelihood", "depth": 0, "inner_steps": 1500},
        Continuous(1),
        shape=(1,),
    )
    targets = 0.3 * jax.random.normal(key, (64, 1))
    trained, _ = fit(learner, learner.init(key), Dataset(jnp.zeros((64, 1)), targets))
    mean, log_std = learner.apply(trained, jnp.zeros((1, 1)))[0]
    assert mean == pytest.approx(float(targets.mean()), abs=0.02)
    assert jnp.exp(log_std) == pytest.approx(float(targets.std()), rel=0.05)


def test_losses_against_their_formulas():
    rng = np.random.default_rng(0)
    outputs, targets = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), size=4)
    softmax = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    expected = -(targets * np.log(softmax)).sum(axis=1).mean()
    assert LOSSES["cross_entropy"](outputs, targets) == pytest.approx(expected, rel=1e-5)
    expected = ((outputs - targets) ** 2).mean()
    assert LOSSES["mean_squared_error"](outputs, targets) == pytest.approx(expected, rel=1e-5)
    log_std = rng.normal(size=(4, 3))
    both = np.concatenate([outputs, log_std], axis=1)
    std = np.exp(log_std)
    density = np.exp(-0.5 * ((targets - outputs) / std) ** 2) / (std * np.sqrt(2 * np.pi))
    expected = -np.log(density).sum(axis=1).mean()
    found = LOSSES["gaussian_negative_log_likelihood"](jnp.asarray(both), jnp.asarray(targets))
    assert found == pytest.approx(expected, rel=1e-5)


def test_orthogonal_weights_are_orthogonal_also_under_vmap(key):
    keys = jax.random.split(key, 3)
    weights = jax.jit(jax.vmap(lambda each: INITIALIZERS["orthogonal"](each, (4, 16))))(keys)
    assert jnp.allclose(weights @ jnp.swapaxes(weights, 1, 2), jnp.eye(4), atol=1e-5)
    assert not jnp.allclose(weights[0], weights[1])


def test_epsilon_damps_steps_along_small_gradients(key):
    """One step of Adam moves every weight by its learning rate, unless epsilon outweighs it."""
    moved = {}
    for epsilon in (0.0, 1e3):
        learner, target = make({"inner_epsilon": epsilon, "inner_steps": 1})
        initial = learner.init(key)
        trained, _ = fit(learner, initial, dataset(target, key))
        moves = jax.tree.map(lambda one, other: jnp.max(jnp.abs(one - other)), initial, trained)
        moved[epsilon] = max(jax.tree.leaves(moves))
    assert moved[0.0] == pytest.approx(0.01, rel=0.01)
    assert moved[1e3] < 1e-4


@pytest.mark.parametrize("network", NETWORKS)
def test_hidden_scale_scales_all_layers_but_the_last(network, key):
    plain, half = (
        make({"network": network, "hidden_scale": scale})[0].init(key)["params"]
        for scale in (1.0, 0.5)
    )
    ratios = jax.tree.map(
        lambda one, other: float(jnp.linalg.norm(other) / jnp.linalg.norm(one)), plain, half
    )
    kernels = {
        jax.tree_util.keystr(path): ratio
        for path, ratio in jax.tree_util.tree_leaves_with_path(ratios)
        if "kernel" in jax.tree_util.keystr(path)
    }
    last = max(name for name in kernels if "Dense" in name)
    assert all(kernels[name] == pytest.approx(1.0 if name == last else 0.5) for name in kernels)


def test_output_scale_shrinks_the_first_answers(key):
    inputs = jax.random.normal(key, (5, *IMAGE))
    plain, small = (make({"output_scale": scale})[0] for scale in (1.0, 0.01))
    ratio = jnp.abs(small.apply(small.init(key), inputs)) / jnp.abs(
        plain.apply(plain.init(key), inputs)
    )
    assert jnp.allclose(ratio, 0.01, rtol=1e-3)


def test_variations_are_all_different_and_contain_the_learner_itself():
    config = LearnerConfig()
    varied = variations(config)
    assert varied[0] == config
    assert len(set(varied)) == len(varied) == 4
    for field in ("width", "depth", "inner_lr"):
        values = [getattr(each, field) for each in varied]
        assert min(values) < getattr(config, field) < max(values)
    assert {each.activation for each in varied} == {"tanh", "relu"}


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
        LearnerConfig(**changes)
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
        make_learner(dataclasses.replace(LearnerConfig(), **changes), shape, target)
    assert caught.value.name == name
