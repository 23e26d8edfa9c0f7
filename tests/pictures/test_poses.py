"""Poses show what they should: drawn on axes and asked back."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from hadax import tasks
from hadax.pictures.datasets import draw_dataset
from hadax.pictures.poses import draw_example

CART_POLE = (np.array([[0.5, 1, 0.1, -1], [-3, -1, 1, 1]], np.float32), np.eye(2, dtype=np.float32))
PENDULUM = (np.array([[1, 0, 0], [0, 2, 3]], np.float32), np.array([[0.5], [-1]], np.float32))
DOUBLE_PENDULUM = (np.full((2, 8), 0.6, np.float32), np.array([[0.5], [-1]], np.float32))


@pytest.mark.parametrize(
    ("task", "arrays"),
    [
        ("gymnax/CartPole-v1", CART_POLE),
        ("gymnax/Pendulum-v1", PENDULUM),
        ("brax/inverted_double_pendulum", DOUBLE_PENDULUM),
    ],
)
def test_poses_are_drawn_with_action_and_numbers(distilled, task, arrays, tmp_path):
    made = distilled(task, *arrays, **({"normalizer": "none"} if "brax" in task else {}))
    figure, axes = plt.subplots()
    assert draw_example(axes, made.task, made.state, arrays[0][0], arrays[1][0])
    assert ("push left" if "CartPole" in task else "action 0.50") in axes.get_title()
    assert f"{made.task.labels.input_names[-1]} = " in axes.get_xlabel()
    plt.close(figure)
    draw_dataset(made, tmp_path / "dataset.png", "title")
    assert (tmp_path / "dataset.png").stat().st_size > 5000


def test_games_are_drawn_channel_by_channel(distilled):
    inputs = np.zeros((1, 10, 10, 4), np.float32)
    made = distilled("gymnax/Breakout-MinAtar", inputs, np.array([[0, 1, 0]], np.float32))
    figure, axes = plt.subplots()
    assert draw_example(axes, made.task, made.state, inputs[0], np.array([0, 1, 0]))
    assert axes.get_title() == "← left"
    assert [label.get_text() for label in axes.get_xticklabels()][1] == "ball"
    assert axes.images[0].get_array().shape == (10, 43)
    plt.close(figure)


def test_soft_labels_say_how_sure_they_are(distilled):
    made = distilled("gymnax/CartPole-v1", CART_POLE[0], CART_POLE[1])
    assert made.task.describe_target(np.array([0.25, 0.75])) == "push right → (75%)"
    assert made.task.describe_target(np.array([0.0, 1.0])) == "push right →"


def test_environments_without_a_pose_fall_back():
    task = tasks.make("analytic/linear_quadratic")
    assert not draw_example(None, task, (), np.zeros(2), np.zeros(1))
