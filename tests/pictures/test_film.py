"""Films show the episode that an evaluation plays, and are what their files' endings say."""

import base64
import io
import json
import re
import zlib
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image

from hadax import tasks
from hadax.core.bodies import Bodies, Solid
from hadax.core.errors import ConfigError, UsageError
from hadax.distilled.keys import as_key
from hadax.pictures import encoding
from hadax.pictures.film import Film, film, pace
from hadax.pictures.scenes.views import stage_of
from hadax.tasks.rl.simulators import from_playground
from hadax.tasks.rl.simulators.brax_bodies import bodies_of
from hadax.tasks.rl.simulators.from_brax import simulator


@pytest.fixture
def made(distilled):
    """CartPole in two examples that balance for a while."""
    inputs = np.array([[0, 0, -0.1, -0.5], [0, 0, 0.1, 0.5]], np.float32)
    return distilled("gymnax/CartPole-v1", inputs, np.eye(2, dtype=np.float32), horizon=30)


def test_the_film_is_of_the_episode_that_is_measured(made):
    policy = made.fit(0)
    shown = film(policy, "it", episode_seed=3)
    task, _ = made.task.for_measuring(1)
    played = task.play(as_key(3), lambda seen: policy.learner.apply(policy.weights, seen), ())
    assert shown.episode_return == float(played.returns[0])
    assert shown.steps == int(played.lengths[0])


def test_play_writes_and_gives_a_film(made, tmp_path):
    shown = made.play(tmp_path / "a.gif", network_seed=1, episode_seed=2)
    with Image.open(tmp_path / "a.gif") as written:
        assert written.n_frames == len(shown.frames)
        assert written.size == shown.frames[0].size
    assert "data:image/webp;base64," in shown._repr_html_()
    assert f"return {shown.episode_return:g} in {shown.steps} steps" in repr(shown)
    again = made.play(network_seed=1, episode_seed=2)
    assert all(map(np.array_equal, shown.frames, again.frames))


@pytest.mark.parametrize(
    ("place", "said"), [("a.avi", "a.avi: films are .gif"), ("no/a.gif", "there is no folder")]
)
def test_what_cannot_be_written_is_refused_before_a_network_is_trained(
    made, place, said, tmp_path, monkeypatch
):
    monkeypatch.setattr(type(made), "player", lambda *_: pytest.fail("a network was trained"))
    with pytest.raises(UsageError, match=said):
        made.play(tmp_path / place)


@pytest.mark.parametrize("name", ["network_seed", "episode_seed"])
@pytest.mark.parametrize("seed", [-1, "first"])
def test_a_seed_that_is_none_is_refused_by_its_name(made, name, seed):
    with pytest.raises(ConfigError, match=f"{name}={seed}: must be"):
        made.play(**{name: seed})


def test_a_task_without_episodes_has_no_film(distilled):
    inputs = np.zeros((2, 3), np.float32)
    made = distilled("analytic/linear_regression", inputs, np.zeros((2, 2), np.float32))
    with pytest.raises(UsageError, match="no episodes to play; hadax-show"):
        made.play()


def test_what_has_no_pose_is_filmed_as_bars(distilled):
    inputs = np.zeros((2, 2), np.float32)
    made = distilled("analytic/linear_quadratic", inputs, np.zeros((2, 1), np.float32), horizon=2)
    assert len(made.play().frames) == 3


@pytest.fixture
def small():
    frames = tuple(Image.new("RGB", (8, 6), (shade, 0, 0)) for shade in (0, 100, 200))
    return Film(frames, 40, 1.0, 2, "<it>")


@pytest.mark.parametrize("ending", ["gif", "webp", "GIF"])
def test_films_are_files_of_their_kind(small, ending, tmp_path):
    with Image.open(small.save(tmp_path / f"a.{ending}")) as written:
        assert (written.format, written.n_frames) == (ending.upper(), 3)


def test_an_animation_stays_at_its_last_frame(small):
    with Image.open(io.BytesIO(encoding.animated("GIF", small.frames, 40, 2500))) as written:
        durations = []
        for place in range(written.n_frames):
            written.seek(place)
            durations.append(written.info["duration"])
    assert durations == [40, 40, 2500]


def test_a_page_holds_its_film(small, tmp_path):
    page = small.save(tmp_path / "a.html").read_text()
    assert "<it>" not in page
    assert 'src="data:image/webp;base64,' in page


def test_an_mp4_without_ffmpeg_is_refused_in_a_line(small, tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "ffmpeg", lambda: None)
    with pytest.raises(UsageError, match="needs ffmpeg"):
        small.save(tmp_path / "a.mp4")
    with pytest.raises(UsageError, match="films are"):
        small.save(tmp_path / "a.avi")


def test_an_mp4_is_what_ffmpeg_makes(small, tmp_path):
    if encoding.ffmpeg() is None:
        pytest.skip("needs ffmpeg")
    assert small.save(tmp_path / "a.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("length", [0, 1, 7, 500, 2500])
@pytest.mark.parametrize("seconds", [None, 0.008, 0.2])
def test_a_pace_has_the_first_and_the_last_step_and_no_more_than_a_film_holds(length, seconds):
    chosen, milliseconds = pace(length, seconds)
    assert (chosen[0], chosen[-1]) == (0, length)
    assert len(chosen) <= 402
    assert 40 <= milliseconds <= 100


def test_a_shorter_film_has_fewer_and_smaller_frames(made):
    shown = film(made.fit(0), "it", frames=5, width=240)
    assert len(shown.frames) <= 7
    assert shown.frames[0].width == 240
    with Image.open(io.BytesIO(shown.webp)) as written:
        assert written.n_frames == len(shown.frames)


@pytest.mark.parametrize(("frames", "seconds"), [(400, 0.04), (5, 0.08)])
def test_a_simulators_own_viewer_is_told_how_far_apart_frames_are(made, frames, seconds):
    told = []

    def page(poses, seconds):
        told.append((len(poses), seconds))
        return "a page"

    body = Bodies((Solid(0, ((0.0, 0.0, 0.0),), 0.1),), lambda _: jnp.zeros((1, 7)), page=page)
    environment = replace(made.task.environment, pose=body, step_seconds=0.02, horizon=20)
    policy = made.fit(0)
    policy = replace(policy, task=policy.task.replace(environment=environment))
    shown = film(policy, "it", frames=frames)
    assert shown.steps == 20
    assert shown.viewer() == "a page"
    assert told == [(len(shown.frames), pytest.approx(seconds))]


def test_braxs_viewer_shows_frames_at_that_pace():
    poses = np.zeros((3, 4, 7), np.float32)
    page = bodies_of("hopper", simulator("hopper", "positional")).page(poses, 0.08)
    packed = re.search(r'var system = "(.+?)"', page)
    system = json.loads(zlib.decompress(base64.b64decode(packed[1])))
    assert system["opt"]["timestep"] == pytest.approx(0.08)
    assert len(system["states"]["x"]) == 3


@pytest.mark.slow
def test_a_robot_is_drawn_where_its_state_has_it(distilled):
    inputs = np.zeros((1, 11), np.float32)
    made = distilled("brax/hopper", inputs, np.zeros((1, 3), np.float32), normalizer="none")
    pose = made.task.pose
    links = np.asarray(pose.of_observation(jax.numpy.zeros(11).at[0].set(1.2)))
    assert links.shape == (4, 7)
    assert links[0, 2] == pytest.approx(1.2)
    assert [solid.link for solid in pose.solids] == [0, 1, 2, 3]


@pytest.mark.slow
def test_an_arm_is_drawn_where_its_observation_has_it(key):
    task = tasks.make("brax/reacher", normalizer="none")
    pose = task.pose
    state = simulator("reacher", "positional").reset(key)
    drawn = np.asarray(pose.of_observation(state.obs))
    assert np.allclose(drawn[:, :2], np.asarray(pose.of_state(state))[:, :2], atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["AcrobotSwingup", "CartpoleSwingup", "PendulumSwingup", "PointMass", "ReacherEasy"]
)
def test_playgrounds_robots_are_drawn_where_their_observations_have_them(name, key):
    environment = from_playground.adapt(name)
    for each in jax.random.split(key, 2):
        state, observation = environment.reset(each)
        drawn = np.asarray(environment.pose.of_observation(observation))
        links = np.asarray(environment.pose.of_state(state))
        np.testing.assert_allclose(drawn[:, :3], links[:, :3], atol=1e-5)
        # A quaternion and its opposite are one rotation.
        alike = np.abs(np.sum(drawn[:, 3:] * links[:, 3:], axis=1))
        np.testing.assert_allclose(alike, 1, atol=1e-5)


def test_an_arm_s_target_may_be_anywhere():
    pose = from_playground.adapt("ReacherEasy").pose
    links = np.asarray(pose.of_observation(np.array([0, 0, 1e9, -1e9, 0, 0], np.float32)))
    finger, target = links[2, :2], links[3, :2]
    np.testing.assert_allclose(finger, [0.24, 0], atol=1e-6)
    np.testing.assert_allclose(target, [1e9, -1e9], rtol=1e-6)
    scene = stage_of(pose)(np.array([0, 0, 1e9, -1e9, 0, 0], np.float32), False)
    assert len(scene.shapes) < 10_000
