"""The contract of every registered task; each is made with options that keep it small.

Control tasks are one class with many environments. What an environment can break is held for all of
them in tests/tasks/rl/test_environments.py; what the class promises, for a few that stand for all.
"""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.core.task import Discrete, check_task
from hadax.pictures.poses import is_drawn

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


@pytest.mark.parametrize("name", LIGHT)
def test_options_make_the_task_anew(name):
    task = make(name)
    accepted = tasks.options_of(name)
    assert set(task.local_options) <= set(accepted)
    told = {option: value for option, value in task.options.items() if option in accepted}
    given = {k: v for k, v in SMALL.items() if k in accepted}
    assert told.items() >= given.items()
    recorded = tasks.recorded_options(name, task, given)
    assert set(recorded) == set(accepted) - set(task.local_options)
    again = tasks.make(name, **recorded)
    assert jax.tree.structure(again) == jax.tree.structure(task)
    assert all(isinstance(value, bool | int | float | str | None) for value in recorded.values())


@pytest.mark.parametrize("name", LIGHT)
def test_what_a_task_says_of_itself_fits_it(name):
    task = make(name)
    labels, inputs = task.labels, int(np.prod(task.input_shape))
    entries = 0 if isinstance(task.target, Discrete) else task.target.size
    for found, wanted in (
        (labels.input_names, inputs),
        (labels.input_units, inputs),
        (labels.target_names, task.target.size),
        (labels.target_units, entries),
        (labels.channel_names, (task.input_shape or (0,))[-1]),
        (task.class_names, task.target.size),
    ):
        assert len(found) in (0, wanted)
    assert not is_drawn(task) or labels.input_names or labels.channel_names
    assert isinstance(task.normalizer, str)
    assert isinstance(task.unit, str)


@pytest.mark.parametrize("name", LIGHT)
def test_answers_are_actions_or_classes(name, key):
    task = make(name)
    size = task.target.size
    outputs = jax.random.normal(key, (5, size))
    answer = task.answer(outputs)
    action = task.to_action(answer)
    assert action.shape == answer.shape
    if isinstance(task.target, Discrete):
        assert answer.dtype == action.dtype == jnp.int32
        assert jnp.array_equal(answer, jnp.argmax(outputs, axis=1))
    else:
        assert answer.shape == (5, size)
        spread = jnp.concatenate([outputs, jnp.zeros_like(outputs)], axis=1)
        assert jnp.array_equal(task.answer(spread), answer)
    assert task.describe_target(np.full(size, 1 / size, np.float32))


def test_what_is_measured_is_sound(task, key):
    state = task.settle(task.init(key))
    measured, episodes = task.for_measuring(2)
    assert episodes in (0, 2)
    assert measured.input_shape == task.input_shape
    assert measured.target == task.target
    evaluation = evaluate(measured, key, state)
    assert jnp.isfinite(evaluation.fitness)
    assert task.score_metric == "fitness" or task.score_metric in evaluation.metrics


def test_settling_gives_the_state_of_the_task_made_anew(task, key, request):
    name = request.node.callspec.params["task"]
    again = tasks.outline(name, **tasks.recorded_options(name, task, {}))
    settled = task.settle(task.init(key))
    assert jax.tree.structure(settled) == jax.tree.structure(jax.eval_shape(again.init, key))


def test_inputs_are_restored(task, key):
    state = task.init(key)
    inputs = jax.random.uniform(key, (3, *task.input_shape))
    restored = task.restore(state, inputs)
    # Images are given as bytes, and seen as brightness in [0, 1].
    raw = 255 * restored if task.class_names else restored
    assert jnp.allclose(task.preprocess(state, raw), inputs, atol=1e-3)


def test_statistics_are_taken_or_refused(task, key):
    mean, variance = 2 * jnp.ones(task.input_shape), 4 * jnp.ones(task.input_shape)
    if task.normalizer in ("constant", "running") and not task.class_names:
        begun = task.given_statistics(mean, variance, 3.0).init(key)
        assert jnp.allclose(begun.mean, mean)
        assert jnp.allclose(task.preprocess(begun, 4 * mean[None]), 3)
        assert begun.count == 3
    else:
        with pytest.raises(ConfigError, match="normalizer="):
            task.given_statistics(mean, variance)
    if task.normalizer == "none" or task.class_names:
        with pytest.raises(UsageError, match="statistics"):
            task.state_from_statistics(mean, variance)
    else:
        seen = task.preprocess(task.state_from_statistics(mean, variance), 4 * mean[None])
        assert jnp.allclose(seen, 3)


def test_real_examples_are_there_where_it_says_so(task, key):
    examples, components = task.real_examples(key, 4), task.principal_components(2)
    assert (examples is not None) == task.has_real_examples
    if examples is not None:
        assert examples.inputs.shape == (4, *task.input_shape)
        assert examples.targets.shape == (4, task.target.size)
        other = task.real_examples(jax.random.fold_in(key, 1), 4)
        assert not jnp.array_equal(examples.inputs, other.inputs)
    if components is not None:
        assert components[1].shape == (2, *task.input_shape)


@pytest.mark.parametrize("name", FILES)
def test_images_are_described_without_their_files(name, key):
    task = tasks.outline(name)
    check_task(task, "it")
    assert task.target == Discrete(10)
    assert task.has_real_examples
    with pytest.raises(UsageError, match="has no images yet"):
        task.evaluate(key, policy_of(task, 1.0), ())
    with pytest.raises(UsageError, match="has no images yet"):
        task.initial_dataset(key, 10)
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
