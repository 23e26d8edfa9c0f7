"""Policies with a memory: what they normalise by is what each of their episodes has shown."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax.core.errors import UsageError
from hadax.distilled.abilities.playing import episode


@pytest.fixture
def pendulum(distilled_of):
    """Drawn actions, and statistics of each policy's own."""
    plain = distilled_of("gymnax/Pendulum-v1", np.eye(3), [[-1.0], [0.5], [1.0]], horizon=20)
    return plain.with_task(action_mode="sample", normalizer="per_policy")


def by_hand(task, act, key):
    """The return of an episode played step by step, from the reset that `record` has."""
    environment, step = task.environment, jax.jit(task.environment.step)
    state, observation = environment.reset(jax.random.split(jax.random.split(key)[0], 1)[0])
    total = 0.0
    for _ in range(environment.horizon):
        action = act(observation) / jnp.array(environment.action_high)
        state, observation, reward, _ = step(key, state, action)
        total += float(reward)
    return total


def test_it_acts_as_a_film_shows_it(pendulum):
    policy, key = pendulum.fit(0), jax.random.key(3)
    own, frozen = (episode(policy, key, "it", frozen_statistics=each) for each in (False, True))
    remembering = policy.begin_episode()
    assert by_hand(policy.task, remembering.act, key) == pytest.approx(
        float(own.returns[-1]), rel=1e-4
    )
    assert by_hand(policy.task, policy.act, key) == pytest.approx(
        float(frozen.returns[-1]), rel=1e-4
    )
    assert float(own.returns[-1]) != float(frozen.returns[-1])


def test_episodes_side_by_side_know_nothing_of_each_other(pendulum):
    policy = pendulum.fit(0)
    shown = np.random.default_rng(0).normal(size=(5, 2, 3)).astype(np.float32)
    together, alone = policy.begin_episode(), (policy.begin_episode(), policy.begin_episode())
    for observations in shown:
        answers = together.act(observations)
        each = [one.act(row) for one, row in zip(alone, observations, strict=True)]
        np.testing.assert_allclose(answers, each, rtol=1e-5)


def test_an_episode_begins_anew_where_it_is_told_to(pendulum):
    policy = pendulum.fit(0)
    first, later = np.float32([[1, 0, 2], [0, 1, -3]]), np.float32([[0.5, 0.1, 1], [0.2, 0.3, 2]])
    fresh = policy.begin_episode().act(later)
    remembering = policy.begin_episode()
    remembering.act(first)
    remembering.begin(ended=[True, False])
    answers = remembering.act(later)
    np.testing.assert_array_equal(answers[0], fresh[0])
    assert not np.array_equal(answers[1], fresh[1])
    remembering.begin()
    np.testing.assert_array_equal(remembering.act(later), fresh)
    remembering.begin()
    assert remembering.act(later[0]).shape == (1,)


def test_without_such_statistics_it_is_the_policy_itself(pendulum):
    policy = pendulum.with_task(normalizer="running").fit(0)
    remembering = policy.begin_episode()
    for observation in np.float32([[1, 0, 2], [0, 1, -3]]):
        np.testing.assert_array_equal(remembering.act(observation), policy.act(observation))
    remembering.begin(ended=[True])


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda policy: policy.act([1.0, 2.0]), r"inputs of shape \(2,\)"),
        (lambda policy: policy.act(np.zeros((3, 3))), "of 3 episodes, but 2 were begun"),
        (lambda policy: policy.act(np.zeros(3)), "of 1 episode, but 2 were begun"),
        (lambda policy: policy.begin(ended=[True]), r"ended of shape \(1,\), must be \(2,\)"),
        (lambda policy: policy.begin(ended=[0, 5]), r"ended=\[0, 5\], must be flags"),
        (lambda policy: policy.begin(ended="no"), "ended='no', must be flags"),
        (lambda policy: policy.begin(ended=[[True], [True, False]]), "ended is no array, must be"),
        (lambda policy: policy.act(np.zeros((0, 3))), "of 0 episodes, but 2 were begun"),
        (lambda policy: jax.jit(policy.act)(np.zeros((2, 3))), "call it outside of jit"),
        (lambda policy: jax.vmap(policy.act)(jnp.zeros((2, 3))), "call it outside of jit"),
        (lambda policy: policy.act([[np.nan] * 3] * 2), "must be a finite float32 number"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_forgotten(pendulum, use, said):
    policy = pendulum.fit(0)
    one, other = policy.begin_episode(), policy.begin_episode()
    first, later = np.float32([[1, 0, 2], [0, 1, -3]]), np.float32([[0.5, 0.1, 1], [0.2, 0.3, 2]])
    one.act(first)
    other.act(first)
    with pytest.raises(UsageError, match=said):
        use(one)
    np.testing.assert_array_equal(one.act(later), other.act(later))


def test_jax_arrays_give_jax_arrays(pendulum):
    remembering = pendulum.fit(0).begin_episode()
    assert isinstance(remembering.act(jnp.zeros(3)), jax.Array)
    assert isinstance(remembering.act([0.0, 0.0, 1.0]), np.ndarray)


def test_no_episodes_are_begun_and_there_are_none(pendulum):
    policy = pendulum.fit(0)
    remembering = policy.begin_episode()
    assert remembering.act(np.zeros((0, 3))).shape == policy.act(np.zeros((0, 3))).shape == (0, 1)
    assert remembering.act(np.zeros((2, 3))).shape == (2, 1)


@pytest.mark.parametrize("flags", [[1.0, 0.0], [1, 0], [True, False], jnp.array([1.0, 0.0])])
def test_a_simulators_done_is_a_flag(pendulum, flags):
    remembering, fresh = pendulum.fit(0).begin_episode(), pendulum.fit(0).begin_episode()
    later = np.float32([[0.5, 0.1, 1], [0.2, 0.3, 2]])
    remembering.act(np.float32([[1, 0, 2], [0, 1, -3]]))
    remembering.begin(ended=flags)
    np.testing.assert_array_equal(remembering.act(later)[0], fresh.act(later)[0])


def test_jaxs_own_settings_change_nothing(pendulum, recwarn):
    remembering = pendulum.fit(0).begin_episode()
    shown = np.float32([[1, 0, 2], [0, 1, -3]])
    with jax.enable_x64(True):
        remembering.act(shown)
        remembering.begin(ended=[True, False])
        assert remembering.act(shown).dtype == np.float32
    assert not recwarn.list


def test_what_has_no_episodes_of_its_own_says_so(pendulum):
    with pytest.raises(UsageError, match="has no episodes: call act"):
        hadax.zoo.load("supervised/digits").fit(0).begin_episode()
    with pytest.raises(UsageError, match="call it outside of jit"):
        jax.jit(lambda policy: policy.begin_episode())(pendulum.fit(0))
    greedy = pendulum.with_task(action_mode="greedy")
    merged = hadax.merge([greedy, greedy], networks=2).fit(0)
    with pytest.raises(UsageError, match=r"for_task\(NAME\).begin_episode\(\), of one of"):
        merged.begin_episode()
    assert merged.for_task(merged.names[0]).begin_episode().act(np.zeros(3)).shape == (1,)


def test_an_evolved_policy_begins_episodes_too(pendulum):
    policy = pendulum.fit(0)
    evolved = hadax.Evolved(policy, pendulum.header)
    shown = np.float32([1, 0, 2])
    np.testing.assert_array_equal(
        evolved.begin_episode().act(shown), policy.begin_episode().act(shown)
    )


def test_greedy_changes_actions_alone(pendulum):
    task = pendulum.task.greedy()
    assert (task.action_mode, task.normalizer) == ("greedy", "per_policy")
    assert task.greedy() is task
