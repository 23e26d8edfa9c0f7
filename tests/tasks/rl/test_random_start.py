"""Random starts: in a search alone, as long as asked, and nothing where they end an episode."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl.config import MOST_RANDOM
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.random_start import with_random_start

HORIZON = 10


def reset(key):
    state = {"time": jnp.int32(0), "actions": jnp.zeros(100)}
    return state, jnp.zeros(1)


def step(key, state, action):
    """Keeps the actions it was given; pays a hundred for each step, and observes how many."""
    actions = state["actions"].at[state["time"]].set(jnp.sum(action))
    following = {"time": state["time"] + 1, "actions": actions}
    observed = following["time"][None].astype(float)
    return following, observed, jnp.float32(100), jnp.bool_(False)


CLOCK = Environment("clock", (1,), Continuous(1), HORIZON, reset, step)


def begun(environment, longest, key, episodes=200):
    """First states and observations of some episodes."""
    started = with_random_start(environment, jnp.int32(longest))
    return jax.jit(jax.vmap(started.reset))(jax.random.split(key, episodes))


@pytest.mark.parametrize("longest", [1, 3, 50])
def test_each_episode_begins_after_a_number_of_steps_of_its_own_from_none_to_all(longest, key):
    states, observations = begun(CLOCK, longest, key, 20 * (longest + 1))
    assert set(states["time"].tolist()) == set(range(longest + 1))
    assert observations[:, 0].tolist() == states["time"].tolist()


def test_five_actions_are_held_in_turn(key):
    states, _ = begun(CLOCK, 50, key)
    longest = states["actions"][jnp.argmax(states["time"])][:50]
    blocks = longest.reshape(5, 10)
    assert bool(jnp.all(blocks == blocks[:, :1]))
    assert len(set(blocks[:, 0].tolist())) == 5
    assert bool(jnp.all(jnp.abs(states["actions"]) <= 1))
    assert len(set(states["actions"][:, 0].tolist()) - {0.0}) > 150


def test_discrete_actions_are_all_drawn(key):
    states, _ = begun(replace(CLOCK, target=Discrete(3)), 5, key)
    assert set(states["actions"][:, 0].astype(int).tolist()) == {0, 1, 2}


@pytest.mark.parametrize("broken", [False, True])
def test_where_it_would_end_or_break_an_episode_that_begins_as_usual(broken, key):
    def fragile(key, state, action):
        state, observation, reward, _ = step(key, state, action)
        late = state["time"] >= 3
        spoiled = jnp.where(late & broken, jnp.nan, observation)
        return state, spoiled, reward, late & (not broken)

    states, observations = begun(replace(CLOCK, step=fragile), 5, key)
    assert set(states["time"].tolist()) == {0, 1, 2}
    assert observations[:, 0].tolist() == states["time"].tolist()
    assert bool(jnp.all(jnp.isfinite(observations)))


def test_no_steps_are_the_usual_start(key):
    assert with_random_start(CLOCK, 0) is CLOCK
    assert begun(CLOCK, 0, key)[0]["time"].tolist() == [0] * 200


def ahead(inputs):
    """Acts by how late it is, so that what an episode pays tells where it began."""
    return inputs / 100


def test_a_search_s_episodes_begin_so_and_measured_ones_do_not(key):
    def paid(key, state, action):
        following, observation, _, ended = step(key, state, action)
        return following, observation, action[0], ended

    environment = replace(CLOCK, step=paid)
    task = ControlTask(environment, episodes=50, random_start=20)
    plain = ControlTask(environment, episodes=50)
    usual = plain.play(key, ahead, plain.init(key)).returns
    state = task.init(key)
    later = task.play(key, ahead, state)
    assert later.lengths.tolist() == [HORIZON] * 50
    assert float(jnp.mean(later.returns)) > float(jnp.mean(usual)) + 0.5
    at_end = task.at_end(state)
    assert jax.tree.structure(at_end) == jax.tree.structure(state)
    assert task.play(key, ahead, at_end).returns.tolist() == usual.tolist()
    measured, _ = task.for_measuring(50)
    for its_state in (state, task.settle(state)):
        assert measured.play(key, ahead, its_state).returns.tolist() == usual.tolist()
    assert task.options["random_start"] == 0


def test_an_episode_s_own_draws_stay_as_they_are(key):
    """What differs from the usual is where it begins, not what it draws later."""

    def drawn(key, state, action):
        state, observation, _, ended = step(key, state, action)
        return state, observation, jax.random.uniform(key), ended

    dice = replace(CLOCK, step=drawn)
    plain, started = (ControlTask(dice, episodes=3, random_start=steps) for steps in (0, 7))
    returns = [task.play(key, ahead, task.init(key)).returns for task in (plain, started)]
    assert len(set(returns[0].tolist())) == 3
    assert returns[0].tolist() == returns[1].tolist()


@pytest.mark.parametrize("steps", [-1, 1.5, MOST_RANDOM + 1])
def test_a_number_that_cannot_be_is_refused(steps):
    with pytest.raises(ConfigError, match="random_start"):
        ControlTask(CLOCK, random_start=steps)
    with pytest.raises(ConfigError, match="random_start"):
        tasks.make("gymnax/CartPole-v1", random_start=steps)
