"""Poses show what they should: as scenes, and on axes."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from hadax import tasks
from hadax.pictures.datasets import dataset_figure
from hadax.pictures.poses import draw_observation, is_drawn
from hadax.pictures.scenes.games import colours_of, game
from hadax.pictures.scenes.scene import Polygon
from hadax.pictures.scenes.views import SCENES

OBSERVATIONS = {
    "acrobot": [1, 0, 1, 0, 0.5, -0.5],
    "cart_pole": [0.5, 1, 0.1, -1],
    "double_pendulum": [0.6] * 8,
    "mountain_car": [-0.5, 0.01],
    "pendulum": [1, 0, 2],
}


@pytest.mark.parametrize("name", OBSERVATIONS)
def test_a_pose_is_within_its_window_and_arrows_are_left_out_when_asked(name):
    observation = np.array(OBSERVATIONS[name], np.float32)
    scene, still = (SCENES[name](observation, arrows) for arrows in (True, False))
    assert len(scene.shapes) > len(still.shapes)
    assert scene.window == still.window
    last = still.shapes[-1]
    assert isinstance(last, Polygon)
    window = scene.window
    assert np.all(last.points > (window.left, window.bottom))
    assert np.all(last.points < (window.right, window.top))


def test_frames_of_real_states_have_one_window():
    for name, states in {
        "cart_pole": ([-2.4, 0, 0.2, 0], [2.4, 0, -0.2, 0]),
        "pendulum": ([1, 0, 0], [0, -1, 8]),
        "mountain_car": ([-1.2, 0], [0.6, 0.07]),
    }.items():
        first, second = (SCENES[name](np.array(state, np.float32), False) for state in states)
        assert first.window == second.window


def test_the_acrobat_hangs_and_stands():
    hanging, standing = (
        SCENES["acrobot"](np.array([cosine, 0, 1, 0, 0, 0], np.float32), False)
        for cosine in (1, -1)
    )
    tips = [scene.shapes[2].points[:, 1] for scene in (hanging, standing)]
    assert tips[0].min() < -2
    assert tips[1].max() > 2


def test_a_game_shows_the_strongest_channel_in_its_colour():
    frame = np.zeros((10, 10, 4), np.float32)
    frame[9, 4, 0] = 1
    frame[2, 3, [1, 3]] = 1
    frame[5, 5, 2] = 0.5
    frame[6, 6, 2] = -3
    colours = game(frame, True).shapes[0].colours
    palette = colours_of(4)
    np.testing.assert_allclose(colours[9, 4], palette[0])
    np.testing.assert_allclose(colours[2, 3], palette[3], atol=1e-5)
    np.testing.assert_allclose(colours[5, 5], 0.5 * palette[2], atol=1e-5)
    assert not colours[6, 6].any()


def texts_of(figure):
    axes = figure.get_axes()
    return [text.get_text() for each in axes for text in [each.title, *each.texts]]


def test_a_picture_names_numbers_with_units_and_says_how_sure_targets_are(distilled):
    inputs = np.array([[0.5, 1, 0.1, -1]], np.float32)
    made = distilled("gymnax/CartPole-v1", inputs, np.array([[0.25, 0.75]], np.float32))
    texts = texts_of(dataset_figure(made, "title"))
    assert {"push right → (75%)", "θ̇ (rad/s)", "-1.00", "25%", "← push left"} <= set(texts)


def test_actions_have_their_units(distilled):
    inputs = np.array([[1, 0, 0]], np.float32)
    made = distilled("gymnax/Pendulum-v1", inputs, np.array([[0.5]], np.float32))
    assert "torque 1.00 N m" in texts_of(dataset_figure(made, "title"))


def test_before_frames_of_a_game_stands_a_real_one(distilled):
    inputs = np.zeros((1, 10, 10, 4), np.float32)
    made = distilled("gymnax/Breakout-MinAtar", inputs, np.array([[0, 1, 0]], np.float32))
    figure = dataset_figure(made, "title")
    titles = [axes.get_title() for axes in figure.get_axes() if axes.get_title()]
    assert titles == ["a real frame", "← left"]
    named = [text.get_text() for text in figure.legends[0].get_texts()]
    assert named == ["paddle", "ball", "trail", "bricks"]


def test_labels_that_are_no_probabilities_are_not_called_so(distilled):
    made = distilled("gymnax/CartPole-v1", np.zeros((2, 4), np.float32), np.eye(2, dtype="f4"))
    assert made.task.describe_target(np.array([0.25, 0.75])) == "push right → (75%)"
    assert made.task.describe_target(np.array([0.0, 1.0])) == "push right →"
    assert made.task.describe_target(np.array([-0.1, 0.004])) == "push right → (0.004)"


@pytest.mark.parametrize(
    ("bounds", "scale", "told"),
    [("clip", 1.0, 2.0), ("clip", 2.0, 4.0), ("tanh", 1.0, 1.52), ("tanh", 2.0, 1.93)],
)
def test_an_action_is_told_as_it_is_played_but_for_what_is_cut(distilled, bounds, scale, told):
    inputs, options = np.zeros((1, 3), np.float32), {"action_bounds": bounds, "action_scale": scale}
    made = distilled("gymnax/Pendulum-v1", inputs, np.ones((1, 1), np.float32), **options)
    task = made.task
    played = float(task.to_action(task.answer(np.ones((1, 1), np.float32)))[0, 0])
    assert played == pytest.approx(min(told, 2.0), abs=0.005)
    assert f"torque {told:.2f} N m" in texts_of(dataset_figure(made, "title"))
    assert task.describe_target(np.ones(1, np.float32)) == f"torque {told:.2f} N m"


def test_small_actions_and_zeros_are_told_as_they_are():
    control = tasks.make("analytic/linear_quadratic")
    assert control.describe_target(np.array([0.004])).endswith(" 0.004")
    assert control.describe_target(np.array([-0.0])).endswith(" 0")
    regression = tasks.make("analytic/linear_regression")
    assert regression.describe_target(np.array([-0.0034])) == "-0.0034"


def test_environments_without_a_pose_fall_back():
    task = tasks.make("analytic/linear_quadratic")
    assert not is_drawn(task)
    figure, axes = plt.subplots()
    assert not draw_observation(axes, task, np.zeros(2))
    plt.close(figure)
