"""A window around the player: what it shows, what it refuses, and that the game stays the same."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hadax
from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.core.task import Continuous, Discrete
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.view import centred, with_view

SIDE, HORIZON = 7, 12


def frame(place):
    """A board [SIDE, SIDE, 2]: where the player is, and the number of each cell."""
    cells = jnp.arange(SIDE * SIDE, dtype=jnp.float32)
    return jnp.stack([cells == place, cells], axis=-1).reshape(SIDE, SIDE, 2).astype(jnp.float32)


def reset(key):
    place = jax.random.randint(key, (), 0, SIDE * SIDE)
    return place, frame(place)


def step(key, place, action):
    """The player goes on by the action; pays the number of the cell that it comes to."""
    place = (place + action) % (SIDE * SIDE)
    return place, frame(place), place.astype(jnp.float32), jnp.bool_(False)


BOARD = Environment("board", (SIDE, SIDE, 2), Discrete(3), HORIZON, reset, step, pose="game")


def window_by_hand(image, side):
    """The window around the largest value of the first channel, cell by cell."""
    row, column = np.unravel_index(np.argmax(image[..., 0]), image.shape[:2])
    window = np.zeros((side, side, image.shape[-1]), np.float32)
    for down in range(side):
        for right in range(side):
            y, x = row + down - side // 2, column + right - side // 2
            if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                window[down, right] = image[y, x]
    return window


# Every shape compiles.
@settings(max_examples=20)
@given(
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    channels=st.integers(1, 3),
    reach=st.integers(0, 7),
    seed=st.integers(0, 99),
)
def test_a_window_is_the_image_around_its_largest_cell(height, width, channels, reach, seed):
    shape, side = (2, 3, height, width, channels), 2 * reach + 1
    images = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    found = np.asarray(centred(jnp.asarray(images), side))
    assert found.shape == (2, 3, side, side, channels)
    for place in np.ndindex(2, 3):
        np.testing.assert_array_equal(found[place], window_by_hand(images[place], side))


def test_an_image_without_a_player_is_seen_from_its_first_cell():
    found = centred(jnp.zeros((4, 4, 1)).at[0, 0, 0].set(-0.0).at[1, 1, 0].set(-1.0), 3)
    assert found[..., 0].tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, -1]]


def test_what_has_no_middle_and_what_is_no_image_are_refused():
    with pytest.raises(ConfigError, match=r"side=4: must be odd"):
        centred(np.zeros((5, 5, 1)), 4)
    with pytest.raises(ConfigError, match=r"side=-1: must be odd"):
        centred(np.zeros((5, 5, 1)), -1)
    with pytest.raises(UsageError, match=r"images of shape \(5, 5\)"):
        centred(np.zeros((5, 5)), 3)


def one_on(observations):
    return jnp.broadcast_to(jnp.array([0.0, 1.0, 0.0]), (observations.shape[0], 3))


def test_the_game_stays_what_it_is(key):
    """A policy that looks at nothing earns the same, whatever it is shown."""
    whole, seen = (ControlTask(e, episodes=5) for e in (BOARD, with_view(BOARD, 3)))
    returns = [task.play(key, one_on, task.init(key)).returns for task in (whole, seen)]
    np.testing.assert_array_equal(*returns)


def test_a_policy_is_given_the_window_and_a_film_the_whole(key):
    task, given_shapes = ControlTask(with_view(BOARD, 3), episodes=2), set()

    def policy(observations):
        given_shapes.add(observations.shape[1:])
        # What lies right of the player is one more than where it stands.
        here, right = observations[:, 1, 1, 1], observations[:, 1, 2, 1]
        at_the_edge = here % SIDE == SIDE - 1
        assert_sound = jnp.where(at_the_edge, right == 0, right == here + 1)
        return jnp.where(assert_sound[:, None], one_on(observations), jnp.nan)

    assert not bool(task.play(key, policy, task.init(key)).failed)
    recording = task.record(key, policy, task.init(key))
    assert given_shapes == {(3, 3, 2)}
    assert recording.seen.shape == (HORIZON + 1, SIDE, SIDE, 2)
    whole = ControlTask(BOARD, episodes=2)
    expected = whole.record(key, one_on, whole.init(key))
    np.testing.assert_array_equal(recording.seen, expected.seen)
    np.testing.assert_array_equal(recording.returns, expected.returns)


def test_a_film_is_as_long_as_what_is_measured(key):
    environment = replace(with_view(BOARD, 3), horizon=5, step_seconds=0.1)
    task = ControlTask(environment, episodes=1)
    recording = task.record(key, one_on, task.init(key))
    assert recording.length == task.play(key, one_on, task.init(key)).lengths[0] == 5
    assert recording.returns.shape == (6,)
    assert recording.step_seconds == 0.1


@pytest.mark.parametrize("normalizer", ["constant", "running", "per_policy"])
def test_statistics_are_of_windows(key, normalizer):
    task = ControlTask(with_view(BOARD, 5), episodes=2, normalizer=normalizer)
    state = task.init(key)
    evaluation = task.evaluate(key, one_on, state)
    assert bool(jnp.isfinite(evaluation.fitness))
    assert task.preprocess(state, jnp.zeros((4, 5, 5, 2))).shape == (4, 5, 5, 2)


def test_equal_views_share_compiled_code():
    assert with_view(BOARD, 3) == with_view(BOARD, 3) != with_view(BOARD, 5)
    assert with_view(BOARD, 0) is BOARD
    assert hash(with_view(BOARD, 3)) == hash(with_view(BOARD, 3))


def test_what_is_no_window_is_refused():
    with pytest.raises(ConfigError, match=r"view.*4.*must be odd"):
        with_view(BOARD, 4)
    vector = Environment("clock", (2,), Continuous(1), HORIZON, reset, step)
    with pytest.raises(ConfigError, match=r"view.*clock is no image.*\(2,\).*use 0"):
        with_view(vector, 3)
    with pytest.raises(ConfigError, match=r"view.*CartPole-v1 is no image"):
        tasks.make("gymnax/CartPole-v1", view=3)


def test_a_window_is_around_one_player():
    """Pong's first channel has both paddles, and the largest of them is now one, now the other."""
    with pytest.raises(
        ConfigError, match=r"view=5: the first channel of Pong-misc shows more than"
    ):
        tasks.make("gymnax/Pong-misc", view=5)
    assert tasks.make("gymnax/Pong-misc").environment.view == 0
    with pytest.raises(ConfigError, match=r"view=3: the first channel of board"):
        with_view(replace(BOARD, one_player=False), 3)


def test_an_artifact_keeps_its_view_and_plays_with_it(tmp_path):
    found = hadax.distill(
        "gymnax/Freeway-MinAtar",
        preset="none",
        view=5,
        dataset_size=3,
        generations=1,
        population=4,
        depth=0,
        inner_steps=2,
        horizon=20,
        score_networks=2,
        progress=False,
    )
    path = tmp_path / "freeway.safetensors"
    found.save(path)
    again = hadax.load(path)
    assert again.header.task.options["view"] == 5
    assert again.dataset.inputs.shape == (3, 5, 5, 7)
    assert again.task.labels.channel_names[0] == "chicken"
    policy = again.fit(0)
    board = np.zeros((10, 10, 7), np.float32)
    board[9, 4, 0] = 1
    assert int(policy.act(hadax.centred(board, 5))) in range(3)
    with pytest.raises(hadax.UsageError, match=r"inputs of shape \(10, 10, 7\)"):
        policy.act(board)


def test_whole_observations_are_recorded_without_a_view():
    assert "view" not in tasks.make("gymnax/Freeway-MinAtar").options
