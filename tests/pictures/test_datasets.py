"""Pictures show what they should: drawn on axes and asked back."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib import pyplot as plt

from hadax import tasks
from hadax.core.artifact import Artifact, Description
from hadax.core.run import Report
from hadax.distilled.distilled import revive
from hadax.launch.observers.progress import Progress
from hadax.learners.config import LearnerConfig
from hadax.pictures.datasets import draw_array, draw_dataset
from hadax.pictures.poses import draw_example


def distilled(task, inputs, targets, **options):
    description = Description("dataset", task, options, dataclasses.asdict(LearnerConfig()))
    return revive(Artifact(description, {"inputs": inputs, "targets": targets}), "it")


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
def test_poses_are_drawn_with_action_and_numbers(task, arrays, tmp_path):
    made = distilled(task, *arrays, **({"normalizer": "none"} if "brax" in task else {}))
    figure, axes = plt.subplots()
    assert draw_example(axes, made.task, made.state, arrays[0][0], arrays[1][0])
    assert ("push left" if "CartPole" in task else "action 0.50") in axes.get_title()
    assert f"{made.task.labels.input_names[-1]} = " in axes.get_xlabel()
    plt.close(figure)
    draw_dataset(made, tmp_path / "dataset.png", "title")
    assert (tmp_path / "dataset.png").stat().st_size > 5000


def test_games_are_drawn_channel_by_channel():
    inputs = np.zeros((1, 10, 10, 4), np.float32)
    made = distilled("gymnax/Breakout-MinAtar", inputs, np.array([[0, 1, 0]], np.float32))
    figure, axes = plt.subplots()
    assert draw_example(axes, made.task, made.state, inputs[0], np.array([0, 1, 0]))
    assert axes.get_title() == "← left"
    assert [label.get_text() for label in axes.get_xticklabels()][1] == "ball"
    assert axes.images[0].get_array().shape == (10, 43)
    plt.close(figure)


def test_soft_labels_say_how_sure_they_are():
    made = distilled("gymnax/CartPole-v1", CART_POLE[0], CART_POLE[1])
    assert made.task.describe_target(np.array([0.25, 0.75])) == "push right → (75%)"
    assert made.task.describe_target(np.array([0.0, 1.0])) == "push right →"


@pytest.mark.parametrize("shape", [(3,), (40,), (4, 4, 1), (5, 5, 3), (5, 5, 4)])
def test_any_input_can_be_drawn(shape):
    figure, axes = plt.subplots()
    draw_array(axes, np.random.default_rng(0).normal(size=shape))
    if shape == (3,):
        assert len(axes.patches) == len(axes.texts) == 3
    else:
        assert len(axes.images) == 1
    plt.close(figure)


def test_environments_without_a_pose_fall_back():
    task = tasks.make("analytic/linear_quadratic")
    assert not draw_example(None, task, (), np.zeros(2), np.zeros(1))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def reports(progress):
    with progress:
        for generation in range(1, 41):
            evolved = 7.5 if generation % 10 == 0 else None
            progress.observe(Report(generation, {"fitness_mean": 1.25}, evolved, generation / 10))


def test_a_terminal_gets_a_bar():
    stream = Terminal()
    reports(Progress(40, stream=stream))
    assert "40/40" in stream.getvalue()
    assert "population 1.25, evolved mean 7.5 (at 40)" in stream.getvalue()


def test_a_log_gets_few_plain_lines():
    stream = io.StringIO()
    reports(Progress(40, stream=stream))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 20
    assert lines[-1].startswith("generation 40/40: population mean 1.25, evolved mean 7.5")
    assert "\r" not in stream.getvalue()


def test_the_same_dataset_makes_the_same_picture(tmp_path):
    made = distilled("gymnax/CartPole-v1", *CART_POLE)
    for name in "ab":
        draw_dataset(made, tmp_path / f"{name}.png", "title")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
