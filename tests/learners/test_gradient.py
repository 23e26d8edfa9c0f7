"""The inner loop: what its steps are, and what they compile to."""

import jax
import jax.numpy as jnp
import optax
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.settings.views import replaced
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import LearnerConfig, NetworkConfig
from hadax.learners.registry import make_learner

IMAGE = (6, 6, 2)


def make(changes, target=None, shape=IMAGE):
    settings = {"width": 16, "inner_lr": 0.01, "inner_steps": 60, **changes}
    return make_learner(replaced(LearnerConfig(), settings), shape, target or Discrete(3))


def dataset(key):
    return Dataset(jax.random.normal(key, (6, *IMAGE)), balanced_one_hot(6, 3))


def test_inner_loop_is_plain_full_batch_descent(key):
    learner = make({"inner_optimizer": "sgd", "inner_lr": 0.05, "inner_steps": 3})
    data = dataset(key)
    params = learner.init(key)
    trained = learner.parameters(learner.fit(key, params, data)[0])
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
    learner = make(
        {"inner_optimizer": "sgd", "inner_lr": 1.0, "inner_steps": 1, "inner_clip": 0.01}
    )
    initial = learner.init(key)
    trained, _ = learner.fit(key, initial, dataset(key))
    moved = optax.tree.norm(jax.tree.map(jnp.subtract, trained, initial))
    assert moved == pytest.approx(0.01, rel=1e-4)


def test_epsilon_damps_steps_along_small_gradients(key):
    """One step of Adam moves every weight by its learning rate, unless epsilon outweighs it."""
    moved = {}
    for epsilon in (0.0, 1e3):
        learner = make({"inner_epsilon": epsilon, "inner_steps": 1})
        initial = learner.init(key)
        trained, _ = learner.fit(key, initial, dataset(key))
        moves = jax.tree.map(lambda one, other: jnp.max(jnp.abs(one - other)), initial, trained)
        moved[epsilon] = max(jax.tree.leaves(moves))
    assert moved[0.0] == pytest.approx(0.01, rel=0.01)
    assert moved[1e3] < 1e-4


def test_gaussian_likelihood_learns_the_spread_of_its_targets(key):
    learner = make(
        {"loss": "gaussian_negative_log_likelihood", "depth": 0, "inner_steps": 1500},
        Continuous(1),
        shape=(1,),
    )
    targets = 0.3 * jax.random.normal(key, (64, 1))
    data = Dataset(jnp.zeros((64, 1)), targets)
    trained, _ = learner.fit(key, learner.init(key), data)
    mean, log_std = learner.apply(trained, jnp.zeros((1, 1)))[0]
    assert mean == pytest.approx(float(targets.mean()), abs=0.02)
    assert jnp.exp(log_std) == pytest.approx(float(targets.std()), rel=0.05)


def test_nothing_is_drawn_while_training(key):
    learner, data = make({}), dataset(key)
    one, other = (
        learner.fit(each, learner.init(key), data)[0] for each in (key, jax.random.key(1))
    )
    assert jax.tree.all(jax.tree.map(jnp.array_equal, one, other))


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="about XLA's compiler for CPUs")
def test_no_layer_is_copied_at_a_step():
    width = 64
    config = LearnerConfig(network=NetworkConfig(width=width, depth=2))
    learner = make_learner(config, (3,), Continuous(2))
    data = Dataset(inputs=jnp.ones((4, 3)), targets=jnp.ones((4, 2)))
    key = jax.random.key(0)
    compiled = jax.jit(learner.fit).lower(key, learner.init(key), data).compile()
    before_the_loop, copies = False, []
    for line in compiled.as_text().splitlines():
        if line and not line.startswith(" "):
            before_the_loop = line.startswith("ENTRY")
        elif " copy(" in line and f"[{width},{width}]" in line and not before_the_loop:
            copies.append(line)
    assert not copies
