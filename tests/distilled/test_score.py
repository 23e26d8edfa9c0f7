"""A score says what a reader would take for granted: that its episodes were whole."""

import jax.numpy as jnp
import pytest

import hadax
from hadax.core.task import Continuous
from hadax.distilled.header import check_score, parse
from hadax.distilled.score import Score
from hadax.tasks.rl.environment import Environment


@pytest.fixture
def breaking():
    """An episode costs 1 a step for 20 steps; in the fourth the observation is no number."""

    def reset(key):
        return jnp.int32(0), jnp.zeros(1)

    def step(key, time, action):
        observation = jnp.where(time == 3, jnp.nan, jnp.zeros(1))
        return time + 1, observation, jnp.float32(-1.0), jnp.bool_(False)

    environment = Environment("breaking", (1,), Continuous(1), 20, reset, step)
    return hadax.ControlTask(environment, episodes=2)


def test_what_was_broken_off_is_said_and_kept(breaking):
    small = {"generations": 1, "population": 4, "depth": 0, "score_networks": 2, "progress": False}
    found = hadax.distill(breaking, **small)
    assert found.score == Score(-20.0, 0.0, 2, 8, broken=1.0)
    assert str(found.score).endswith("(2 fresh networks x 8 episodes, 100.0% of them broken off)")
    assert parse(found.header.to_document()).score == found.score


def test_whole_episodes_need_no_word():
    assert "broken" not in str(Score(1.0, 0.0, 2, 8))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="broken episodes"):
        check_score(Score(1.0, 0.0, 2, 8, broken=share))
