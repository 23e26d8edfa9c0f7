"""Observation normalisers against NumPy over all observations at once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax import tasks
from hadax.core.task import Continuous
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.moments import (
    Moments,
    add_observations,
    denormalize,
    include,
    initial_moments,
    merge,
    normalize,
    std_of,
    sums_around,
    zero_sums,
)
from hadax.tasks.rl.normalizer import NORMALIZERS, PerPolicy, limit_of
from hadax.tasks.rl.random_policy import random_policy_moments


@given(
    seed=st.integers(0, 1000),
    batches=st.integers(1, 4),
    offset=st.floats(-1000, 1000),
    scale=st.floats(0.01, 100),
)
def test_moments_are_those_of_all_observations(seed, batches, offset, scale):
    rng = np.random.default_rng(seed)
    moments = initial_moments((3,))
    seen = []
    for _ in range(batches):
        # Two members of a population, whose sums around the same mean are added.
        sums = []
        for _ in range(2):
            observations = (offset + scale * rng.normal(size=(40, 3))).astype(np.float32)
            counted = rng.random(40) < 0.7
            seen.append(observations[counted])
            sums.append(add_observations(zero_sums((3,)), moments, observations, counted))
        moments = merge(moments, jax.tree.map(jnp.add, *sums))
    everything = np.concatenate(seen).astype(np.float64)
    # The first moments stand for one observation of mean 0 and variance 1.
    count = len(everything) + 1
    mean = everything.sum(axis=0) / count
    squares = ((everything - mean) ** 2).sum(axis=0) + mean**2 + 1
    assert float(moments.count) == count
    np.testing.assert_allclose(moments.mean, mean, rtol=1e-3, atol=1e-3 * scale)
    np.testing.assert_allclose(moments.squares / count, squares / count, rtol=2e-3)


def test_observations_that_never_change_do_no_harm():
    for constant in (135.0, 151.0, 1e4):
        moments, observations = initial_moments((1,)), jnp.full((500, 1), constant)
        for _ in range(3):
            sums = zero_sums((1,))
            for _ in range(20):
                sums = add_observations(sums, moments, observations, jnp.ones(500, bool))
            moments = merge(moments, jax.tree.map(lambda leaf: 50 * leaf, sums))
            assert jnp.isfinite(normalize(moments, observations)).all()


def test_it_starts_as_the_identity_and_is_limited():
    moments = initial_moments((2,))
    observations = jnp.array([[0.5, -3.0], [50.0, -50.0]])
    normalized = NORMALIZERS["running"].preprocess(moments, observations)
    assert jnp.allclose(normalized, jnp.array([[0.5, -3.0], [10.0, -10.0]]))
    assert jnp.allclose(denormalize(moments, normalized[:1]), observations[:1])


def test_observations_that_do_not_count_may_be_anything():
    observations = jnp.array([[1.0], [jnp.nan]])
    sums = add_observations(
        zero_sums((1,)), initial_moments((1,)), observations, jnp.array([True, False])
    )
    assert sums.count == 1
    assert jnp.isfinite(sums.total).all()


def test_what_is_seen_step_by_step_is_what_is_seen_at_once():
    """Also around one, as cos of a small angle is, with a variance that float32 hardly resolves."""
    rng = np.random.default_rng(0)
    observations = 1 + 3e-4 * rng.normal(size=(60, 4, 2))
    counted = rng.random((60, 4)) < 0.8
    moments = initial_moments((2,), 1e-4)
    for step, flags in zip(observations.astype(np.float32), counted, strict=True):
        moments = include(moments, step, flags)
    everything = observations[counted]
    weight = 1e-4 * len(everything) / (len(everything) + 1e-4)
    squares = ((everything - everything.mean(axis=0)) ** 2).sum(axis=0)
    expected = squares + 1e-4 + weight * everything.mean(axis=0) ** 2
    np.testing.assert_allclose(moments.squares, expected, rtol=2e-2)
    np.testing.assert_allclose(moments.mean, everything.mean(axis=0), rtol=1e-5)


def test_two_moments_are_merged_through_sums():
    one = Moments(jnp.float32(3), jnp.array([1.0]), jnp.array([6.0]))
    other = Moments(jnp.float32(5), jnp.array([-1.0]), jnp.array([2.0]))
    merged = merge(one, sums_around(one, other))
    assert merged.count == 8
    assert jnp.allclose(merged.mean, -0.25)
    assert jnp.allclose(merged.squares, 8 + 4 * 3 * 5 / 8)


@pytest.mark.parametrize("name", NORMALIZERS)
def test_a_normaliser_learns_what_its_name_says(name, key):
    normalizer = NORMALIZERS[name]
    observations = 5 + 2 * jax.random.normal(key, (400, 3))
    running = jnp.ones(400, bool).at[0].set(False)
    wild = observations.at[0].set(jnp.inf)
    state = normalizer.init((3,), lambda: initial_moments((3,)))
    memory = normalizer.begin((3,))
    inputs, memory = normalizer.apply(state, memory, wild, running)
    following = normalizer.update(state, normalizer.statistics(state, memory))
    learns = name in ("running", "per_policy")
    after = normalizer.preprocess(following, observations)
    assert jnp.allclose(after.mean(axis=0), 0, atol=0.1) == learns
    assert jnp.allclose(inputs[1:].mean(axis=0), 0, atol=0.1) == (name == "per_policy")
    assert jnp.allclose(normalizer.restore(following, after), observations, atol=1e-3)
    assert jax.tree.map(jnp.shape, following) == jax.tree.map(jnp.shape, state)


def test_groups_of_episodes_share_nothing(key):
    observations = 5 + 2 * jax.random.normal(key, (3, 6, 2))
    running = jnp.array([True, False, True, True, True, True])
    apart, together = PerPolicy(groups=3), PerPolicy()
    state = together.init((2,), lambda: initial_moments((2,)))
    memory, alone = apart.begin((2,)), [together.begin((2,)) for _ in range(3)]
    for seen in observations:
        inputs, memory = apart.apply(state, memory, seen, running)
        for group in range(3):
            its = slice(2 * group, 2 * group + 2)
            expected, alone[group] = together.apply(state, alone[group], seen[its], running[its])
            assert jnp.allclose(inputs[its], expected, atol=1e-5)
    summed = apart.statistics(state, memory)
    each = [together.statistics(state, its) for its in alone]
    expected = jax.tree.map(lambda *leaves: sum(leaves), *each)
    assert all(map(jnp.allclose, jax.tree.leaves(summed), jax.tree.leaves(expected)))


@pytest.mark.parametrize(
    ("episodes", "searched", "groups"), [(8, 1, 8), (8, 3, 4), (8, 4, 2), (2, 4, 1)]
)
def test_measuring_on_more_episodes_shares_statistics_among_no_more(episodes, searched, groups):
    task = tasks.make("analytic/linear_quadratic", episodes=searched, normalizer="per_policy")
    measured, _ = task.for_measuring(episodes)
    assert measured._normalizer.groups == groups
    again, _ = measured.for_measuring(2 * episodes)
    assert again.sharing == searched


def test_the_first_step_of_every_measured_episode_tells_a_policy_nothing(key):
    seen = []

    def policy(inputs):
        jax.debug.callback(lambda values: seen.append(np.asarray(values)), inputs, ordered=True)
        return jnp.zeros((len(inputs), 1))

    task = tasks.make("analytic/linear_quadratic", episodes=1, normalizer="per_policy", horizon=3)
    measured, _ = task.for_measuring(4)
    played = measured.play(key, policy, measured.init(key))
    jax.block_until_ready(played.returns)
    assert np.allclose(seen[0], 0, atol=1e-2)
    assert not np.allclose(seen[1], 0, atol=1e-2)


@pytest.mark.parametrize("name", NORMALIZERS)
def test_a_limit_is_what_lets_nothing_larger_through(name):
    state = initial_moments((1,))
    seen = NORMALIZERS[name].preprocess(state, jnp.array([[1e6]]))
    assert float(seen[0, 0]) == pytest.approx(min(limit_of(name), 1e6), rel=1e-3)


def test_a_normalizer_of_somebody_elses_has_no_known_limit():
    assert limit_of("mine") == float("inf")


def barometer(observe):
    """Shows what `observe` makes of a key, for 50 steps."""

    def reset(key):
        return key, observe(key)

    def step(key, state, action):
        return key, observe(key), jnp.float32(1.0), jnp.bool_(False)

    return Environment("barometer", (2,), Continuous(1), 50, reset, step)


def test_a_constant_normaliser_knows_what_was_seen_and_nothing_else(key):
    """An imagined observation of mean 0 would outweigh all others where they are far from it."""
    observe = lambda key: 1000 + 0.1 * jax.random.normal(key, (2,))  # noqa: E731
    moments = random_policy_moments(barometer(observe), key, early_exit=True)
    assert moments.count == 64 * 50
    np.testing.assert_allclose(moments.mean, 1000, atol=0.01)
    np.testing.assert_allclose(std_of(moments), 0.1, rtol=0.05)


def test_of_what_a_random_policy_never_saw_change_no_scale_is_known(key):
    observe = lambda key: jnp.array([0.0, 0.1])  # noqa: E731
    moments = random_policy_moments(barometer(observe), key, early_exit=False)
    np.testing.assert_allclose(moments.mean, [0, 0.1], rtol=1e-5)
    np.testing.assert_array_equal(std_of(moments), [1, 1])
