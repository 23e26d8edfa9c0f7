"""The contract of every registered task; each is made with options that keep it small.

Control tasks are one class with many environments. What an environment can break is held for all of
them in tests/tasks/rl/test_environments.py; what the class promises, for a few that stand for all.
"""

from functools import cache

import jax
import jax.numpy as jnp
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Discrete, check_task

STANDING_FOR_ALL = (
    "gymnax/CartPole-v1",
    "gymnax/Pendulum-v1",
    "gymnax/Breakout-MinAtar",
    "brax/inverted_pendulum",
)
SIMULATED = ("gymnax/", "brax/", "playground/")
# Their images are files; digits, which come with a package, stand for them.
FILES = ("supervised/mnist", "supervised/fashion_mnist", "supervised/cifar10")
LIGHT = tuple(name for name in tasks.names() if not name.startswith((*SIMULATED[1:], *FILES)))
NAMES = (*STANDING_FOR_ALL, *(name for name in LIGHT if not name.startswith(SIMULATED)))
SMALL = {"episodes": 3, "horizon": 30, "batch": 8, "eval_batch": 8}


@cache
def make(name):
    accepted = tasks.options_of(name)
    return tasks.make(name, **{k: v for k, v in SMALL.items() if k in accepted})


def policy_of(task, scale):
    size = task.target.size

    def policy(inputs):
        flat = inputs.reshape(inputs.shape[0], -1)
        weights = scale * jax.random.normal(jax.random.key(5), (flat.shape[1], size))
        return flat @ weights

    return policy


@jax.jit
def evaluate_scaled(task, key, state, scale):
    """The scale is traced, so that sound and failing policies share one compilation."""
    return task.evaluate(key, policy_of(task, scale), state)


def evaluate(task, key, state):
    return evaluate_scaled(task, key, state, 0.1)


@pytest.fixture(params=NAMES)
def task(request):
    return make(request.param)


@pytest.mark.parametrize("name", LIGHT)
def test_is_a_task(name):
    task = make(name)
    check_task(task, "it")
    assert isinstance(hash(jax.tree.structure(task)), int)


@pytest.mark.parametrize("name", FILES)
def test_images_are_described_without_their_files(name, key):
    task = tasks.make(name, split="none")
    check_task(task, "it")
    assert task.target == Discrete(10)
    inputs = jax.random.normal(key, (5, *task.input_shape))
    state = jax.tree.map(lambda leaf: jnp.ones(leaf.shape), jax.eval_shape(task.init, key))
    assert task.preprocess(state, inputs).shape == inputs.shape


def test_evaluation_is_finite_and_deterministic_under_one_key(task, key):
    state = task.init(key)
    first, second = (evaluate(task, key, state) for _ in range(2))
    assert first.fitness.shape == ()
    assert first.fitness.dtype == jnp.float32
    assert jnp.isfinite(first.fitness)
    assert first.fitness == second.fitness
    assert all(value.shape == () for value in first.metrics.values())


def test_evaluations_side_by_side_are_those_alone(task, key):
    keys = jax.random.split(key, 3)
    state = task.init(key)
    alone = jnp.stack([evaluate(task, each, state).fitness for each in keys])
    together = jax.jit(jax.vmap(evaluate, in_axes=(None, 0, None)))(task, keys, state).fitness
    assert jnp.allclose(alone, together, rtol=1e-4, atol=1e-4)


def test_a_network_with_a_spread_is_judged_by_its_means(task, key):
    if isinstance(task.target, Discrete):
        pytest.skip("classes have no spread")
    state, means = task.init(key), policy_of(task, 0.1)

    def with_spread(inputs):
        outputs = means(inputs)
        return jnp.concatenate([outputs, jnp.zeros_like(outputs)], axis=1)

    spread = jax.jit(lambda: task.evaluate(key, with_spread, state))()
    assert jnp.allclose(spread.fitness, evaluate(task, key, state).fitness, rtol=1e-4)


def test_state_keeps_its_types(task, key):
    state = task.init(key)
    evaluation = evaluate(task, key, state)
    following = task.update(state, evaluation.statistics)
    assert jax.tree.structure(following) == jax.tree.structure(state)
    for before, after in zip(jax.tree.leaves(state), jax.tree.leaves(following), strict=True):
        assert (before.shape, before.dtype) == (after.shape, after.dtype)


def test_failed_policies_have_no_fitness(task, key):
    assert jnp.isnan(evaluate_scaled(task, key, task.init(key), jnp.nan).fitness)


@pytest.mark.parametrize("name", LIGHT)
@pytest.mark.parametrize("size", [1, 4, 7])
def test_initial_dataset_fits(name, key, size):
    task = make(name)
    dataset = task.initial_dataset(key, size)
    assert dataset.inputs.shape == (size, *task.input_shape)
    assert dataset.targets.shape == (size, task.target.size)
    assert dataset.inputs.dtype == dataset.targets.dtype == jnp.float32
    if isinstance(task.target, Discrete):
        assert jnp.allclose(dataset.targets.sum(axis=1), 1)


@pytest.mark.parametrize("name", LIGHT)
def test_preprocessing_keeps_the_shape(name, key):
    task = make(name)
    inputs = jax.random.normal(key, (5, *task.input_shape))
    assert task.preprocess(task.init(key), inputs).shape == inputs.shape


def test_equal_tasks_share_compiled_code(task, key, request):
    name = request.node.callspec.params["task"]
    make.cache_clear()
    evaluate(task, key, task.init(key))
    before = evaluate_scaled._cache_size()
    evaluate(make(name), key, task.init(key))
    assert evaluate_scaled._cache_size() == before


def test_a_wrong_option_is_refused_by_name(request):
    for name in tasks.names():
        with pytest.raises(ConfigError, match="no such option"):
            tasks.make(name, colour="red")
