"""Whole first episodes: against hand-made environments and a plain Python loop."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.errors import ConfigError
from hadax.core.task import Continuous
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.rollout import rollout


def counting(horizon=50, break_at=None):
    """Counts steps; an episode starts at a random count and ends when the count reaches 40."""

    def reset(key):
        start = jax.random.randint(key, (), 0, 35)
        return start, start[None].astype(jnp.float32)

    def step(key, count, action):
        count = count + 1
        observation = count[None].astype(jnp.float32)
        reward = 1.0 + action[0]
        if break_at is not None:
            observation = jnp.where(count == break_at, jnp.nan, observation)
        return count, observation, reward, count >= 40

    return Environment("counting", (1,), Continuous(1), horizon, reset, step)


def idle(key, memory, observations, running):
    """Does nothing, and counts in its memory the observations that count."""
    return jnp.zeros((len(running), 1)), jnp.ones_like(running), memory + jnp.sum(running)


def play(environment, key, episodes=6, act=idle, early_exit=True):
    return rollout(environment, act, jnp.int32(0), key, episodes, environment.horizon, early_exit)


def test_every_episode_is_whole_and_counted_once(key):
    played = play(counting(), key)
    starts = 40 - played.lengths
    assert jnp.all((starts >= 0) & (starts < 35))
    assert jnp.array_equal(played.returns, played.lengths)
    assert played.memory == jnp.sum(played.lengths)
    assert len(set(played.lengths.tolist())) > 1


def test_the_horizon_ends_episodes_also_inside_a_block(key):
    played = play(counting(horizon=7), key)
    assert jnp.all(played.lengths == jnp.minimum(7, play(counting(), key).lengths))


def test_early_exit_changes_nothing(key, assert_trees_equal):
    assert_trees_equal(play(counting(500), key), play(counting(500), key, early_exit=False))


def test_early_exit_stops_early(key):
    steps = []

    def act(*arguments):
        jax.debug.callback(lambda: steps.append(1))
        return idle(*arguments)

    jax.block_until_ready(play(counting(10_000), key, act=act))
    jax.effects_barrier()
    assert 0 < len(steps) <= 64


def test_a_broken_simulator_ends_the_episode_and_is_marked(key):
    played = play(counting(break_at=38), key)
    assert jnp.all(played.broken)
    assert not played.failed
    sound = play(counting(), key)
    assert jnp.array_equal(played.lengths, sound.lengths - 2)
    assert jnp.array_equal(played.returns, played.lengths - 1), "a broken step earns nothing"
    assert jnp.isfinite(played.returns).all()


def test_breaking_a_simulator_does_not_pay_where_rewards_are_costs(key):
    def act(*arguments):
        actions, acted, memory = idle(*arguments)
        return actions - 3.0, acted, memory

    broken, sound = play(counting(break_at=38), key, act=act), play(counting(), key, act=act)
    assert jnp.allclose(broken.returns, -2.0 * 50)
    assert jnp.all(broken.returns <= sound.returns)


def some_break_at_once(pays):
    """Of the starts -1 and 1 the former breaks at once; in 20 steps there is `pays` a step."""

    def reset(key):
        sign = jnp.where(jax.random.bernoulli(key), 1.0, -1.0)
        return sign, sign[None]

    def step(key, sign, action):
        return sign, sign[None], jnp.where(sign < 0, jnp.nan, pays), jnp.bool_(False)

    return Environment("some", (1,), Continuous(1), 20, reset, step)


@pytest.mark.parametrize(("pays", "counted"), [(-2.0, -40.0), (3.0, 0.0)])
def test_an_episode_that_breaks_at_once_counts_at_the_worst_pace_beside_it(pays, counted, key):
    played = play(some_break_at_once(pays), key, episodes=16)
    assert 0 < jnp.sum(played.broken) < 16
    assert jnp.array_equal(played.returns, jnp.where(played.broken, counted, 20 * pays))


@pytest.mark.parametrize("episodes", [1, 3])
def test_a_policy_that_always_breaks_at_once_has_no_fitness(episodes, key):
    """Where rewards are costs, the return of nothing would be the best there is."""
    begin, step = counting().reset, counting().step

    def breaking(key, count, action):
        count, observation, _, ended = step(key, count, action)
        return count, observation, jnp.where(action[0] > 0.9, jnp.nan, -1.0), ended

    environment = Environment("costs", (1,), Continuous(1), 50, begin, breaking)
    task = ControlTask(environment, episodes=episodes)

    def evaluated(action):
        return task.evaluate(key, lambda seen: jnp.full((len(seen), 1), action), task.init(key))

    broken, sound = evaluated(1.0), evaluated(0.0)
    assert jnp.isnan(broken.fitness)
    assert jnp.isnan(broken.returns).all()
    assert broken.metrics["broken_episodes"] == 1
    assert sound.fitness < 0


def test_a_broken_policy_is_told_from_a_broken_simulator(key):
    def act(*arguments):
        actions, acted, memory = idle(*arguments)
        return actions, jnp.zeros_like(acted), memory

    played = play(counting(), key, act=act)
    assert played.failed
    assert not jnp.any(played.broken)


def test_policies_side_by_side_play_as_alone(key):
    """A chunk of policies shares one scalar condition; the fast one must not be disturbed."""

    def episodes_of(bonus):
        def act(*arguments):
            actions, acted, memory = idle(*arguments)
            return actions + bonus, acted, memory

        return play(counting(), key, act=act).returns

    together = jax.vmap(episodes_of)(jnp.array([0.0, 1.0, 2.0]))
    alone = jnp.stack([episodes_of(bonus) for bonus in (0.0, 1.0, 2.0)])
    assert jnp.array_equal(together, alone)


@pytest.mark.parametrize("episodes", [4])
def test_memory_does_not_grow_with_the_horizon(key, episodes):
    def temporary_bytes(horizon):
        compiled = (
            jax.jit(lambda key: play(counting(horizon), key, episodes).returns).lower(key).compile()
        )
        return compiled.memory_analysis().temp_size_in_bytes

    assert temporary_bytes(100_000) == temporary_bytes(100)


def test_refuses_a_horizon_of_nothing():
    with pytest.raises(ConfigError, match="horizon"):
        counting(horizon=0)
