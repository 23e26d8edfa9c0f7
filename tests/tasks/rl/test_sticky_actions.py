"""Actions that stick: in a search alone, as often as asked, and never the first."""

import jax
import jax.numpy as jnp
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.sticky_actions import with_sticky_actions

HORIZON = 400


def reset(key):
    return jnp.int32(0), jnp.zeros(1)


def step(key, time, action):
    """Pays what the action was: the policy below answers with the time."""
    return time + 1, (time + 1)[None].astype(float), action.astype(float).sum(), jnp.bool_(False)


CLOCK = Environment("clock", (1,), Discrete(HORIZON), HORIZON, reset, step)
CONTINUOUS_CLOCK = Environment("clock", (1,), Continuous(1), HORIZON, reset, step)


def actions_taken(stickiness, key):
    """The action of each step, [HORIZON], where the policy means the step's own number."""
    sticky = with_sticky_actions(CLOCK, jnp.float32(stickiness))

    def play(carry, key):
        state, observation = carry
        state, observation, reward, _ = sticky.step(key, state, observation[0].astype(jnp.int32))
        return (state, observation), reward

    keys = jax.random.split(key, HORIZON)
    return jax.lax.scan(play, sticky.reset(key), keys)[1].astype(int)


def test_each_step_is_the_policy_s_or_the_one_before_and_the_first_never_sticks(key):
    taken, meant = actions_taken(0.3, key), jnp.arange(HORIZON)
    own = taken == meant
    assert taken[0] == 0
    assert bool(jnp.all(own[1:] | (taken[1:] == taken[:-1])))
    assert 0.2 < float(jnp.mean(~own)) < 0.4


def test_how_often_is_what_was_asked(key):
    assert actions_taken(0.0, key).tolist() == list(range(HORIZON))
    assert actions_taken(1.0, key).tolist() == [0] * HORIZON


def the_time(inputs):
    return jax.nn.one_hot(inputs[:, 0].astype(int), HORIZON)


def share_of_time(inputs):
    return inputs / HORIZON


@pytest.mark.parametrize("horizon_grows", [0, 3])
def test_a_search_s_episodes_stick_and_measured_ones_do_not(horizon_grows, key):
    task = ControlTask(CLOCK, episodes=2, sticky_actions=0.5, curriculum=horizon_grows)
    plain = ControlTask(CLOCK, episodes=2)
    whole = plain.evaluate(key, the_time, plain.init(key)).fitness
    state = task.init(key)
    for _ in range(horizon_grows):
        state = task.update(state, ())
    assert task.evaluate(key, the_time, state).fitness < whole
    at_end = task.at_end(state)
    assert jax.tree.structure(at_end) == jax.tree.structure(state)
    assert task.evaluate(key, the_time, at_end).fitness == whole
    measured, _ = task.for_measuring(2)
    for its_state in (state, task.settle(state)):
        assert measured.evaluate(key, the_time, its_state).fitness == whole
    assert task.options["sticky_actions"] == 0.0


def test_an_environment_s_own_draws_stay_as_they_are(key):
    """What differs between a search and its end is the actions alone."""

    def drawn(key, time, action):
        return time + 1, jnp.zeros(1), jax.random.uniform(key), jnp.bool_(False)

    dice = Environment("dice", (1,), Discrete(2), 20, reset, drawn)
    plain, sticky = (ControlTask(dice, episodes=2, sticky_actions=p) for p in (0.0, 0.9))

    def still(inputs):
        return jnp.zeros((len(inputs), 2))

    returns = [task.play(key, still, task.init(key)).returns for task in (plain, sticky)]
    assert len(set(returns[0].tolist())) == 2
    assert returns[0].tolist() == returns[1].tolist()


def test_continuous_actions_stick_as_well(key):
    task = ControlTask(CONTINUOUS_CLOCK, episodes=2, sticky_actions=0.5)
    state, own = task.init(key), sum(range(HORIZON)) / HORIZON
    assert task.evaluate(key, share_of_time, state).fitness < own - 0.1
    at_end = task.evaluate(key, share_of_time, task.at_end(state)).fitness
    assert at_end == pytest.approx(own, rel=1e-5)


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_cannot_be_is_refused(share):
    expected = r"sticky_actions.*must be in \[0, 0\.99\]"
    with pytest.raises(ConfigError, match=expected):
        ControlTask(CLOCK, sticky_actions=share)
    with pytest.raises(ConfigError, match=expected):
        tasks.make("gymnax/CartPole-v1", sticky_actions=share)
