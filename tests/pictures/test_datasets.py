"""Pictures of datasets: any input can be drawn, and the same always as the same bytes."""

import numpy as np
import pytest
from flax import struct
from matplotlib import pyplot as plt

from hadax import tasks
from hadax.core.errors import UsageError
from hadax.core.storage.artifact import Artifact
from hadax.core.task import BaseTask, Discrete
from hadax.distilled.files.header import Header
from hadax.distilled.loading import revive
from hadax.learners.config import LearnerConfig
from hadax.pictures.arrays import draw_array, is_picture
from hadax.pictures.datasets import dataset_figure, draw_dataset
from hadax.pictures.figures import Picture
from hadax.pictures.terminal import preview
from hadax.tasks.config import TaskConfig

CART_POLE = (np.array([[0.5, 1, 0.1, -1], [-3, -1, 1, 1]], np.float32), np.eye(2, dtype=np.float32))


@pytest.mark.parametrize("shape", [(3,), (40,), (4, 4, 1), (5, 5, 3), (5, 5, 4)])
def test_any_input_can_be_drawn(shape):
    figure, axes = plt.subplots()
    draw_array(axes, np.random.default_rng(0).normal(size=shape))
    if shape == (3,):
        assert len(axes.patches) == len(axes.texts) == 3
    else:
        assert len(axes.images) == 1
    plt.close(figure)


def test_the_same_dataset_makes_the_same_picture(distilled, tmp_path):
    made = distilled("gymnax/CartPole-v1", *CART_POLE)
    for name in "ab":
        draw_dataset(made, tmp_path / f"{name}.png", "title")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(("most", "title"), [(1, "it - the first 1 of 2"), (2, "it")])
def test_a_picture_of_a_part_says_so(distilled, most, title):
    figure = dataset_figure(distilled("gymnax/CartPole-v1", *CART_POLE), "it", most=most)
    assert figure.get_suptitle() == title


@pytest.mark.parametrize(
    ("channels", "headings"),
    [
        (("walls", "goal"), ["walls", "goal"]),
        ((), ["channel 0", "channel 1"]),
        (("walls",), ["channel 0", "channel 1"]),
    ],
)
def test_channels_have_a_frame_and_a_heading_each(channels, headings):
    figure, axes = plt.subplots()
    example = np.random.default_rng(0).normal(size=(5, 4, 2)).astype(np.float32)
    draw_array(axes, example, channels=channels)
    assert [text.get_text() for text in axes.texts] == headings
    (canvas,) = (image.get_array().filled(np.nan) for image in axes.images)
    for place, frame in enumerate(axes.patches):
        left, top = (round(corner + 0.5) for corner in frame.get_xy())
        assert (frame.get_width(), frame.get_height()) == (4, 5)
        np.testing.assert_array_equal(
            canvas[top : top + 5, left : left + 4], example[..., place].astype(canvas.dtype)
        )
    assert np.isfinite(canvas).sum() == example.size
    plt.close(figure)


def test_three_channels_with_names_are_no_colours():
    figure, axes = plt.subplots()
    draw_array(axes, np.ones((5, 5, 3), np.float32), channels=("player", "enemy", "gold"))
    assert [text.get_text() for text in axes.texts] == ["player", "enemy", "gold"]
    plt.close(figure)


@pytest.mark.parametrize(
    ("names", "shown"), [(("x", "y"), ["x", "y"]), (("x",), ["0", "1"]), ((), ["0", "1"])]
)
def test_bars_bear_the_names_of_their_numbers(names, shown):
    figure, axes = plt.subplots()
    axes.set(yticks=[])
    draw_array(axes, np.array([1.0, -2.0], np.float32), names)
    assert [label.get_text() for label in axes.get_yticklabels()] == shown
    plt.close(figure)


@pytest.mark.parametrize("game", ["gymnax/Pong-misc", "gymnax/Breakout-MinAtar"])
def test_a_game_has_a_real_frame_and_a_legend_however_many_channels(game, distilled):
    task = tasks.make(game)
    inputs = np.random.default_rng(0).normal(size=(3, *task.input_shape)).astype(np.float32)
    figure = dataset_figure(distilled(game, inputs, np.eye(3, dtype=np.float32)), "it")
    assert "a real frame" in [axes.get_title() for axes in figure.axes]
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == list(task.labels.channel_names)
    plt.close(figure)


@struct.dataclass
class Posed(BaseTask):
    """Images that their author draws otherwise than as they are."""

    input_shape = (4, 4, 1)
    target = Discrete(2)

    def pose(self, axes, observation):
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, f"{observation.shape}")

    def evaluate(self, key, policy, state):
        raise NotImplementedError

    def initial_dataset(self, key, size):
        raise NotImplementedError


def test_what_has_a_pose_is_drawn_by_it_and_not_as_the_image_that_it_could_be(made_of):
    figure = dataset_figure(made_of(Posed()), "it")
    assert [text.get_text() for axes in figure.axes for text in axes.texts].count("(4, 4, 1)") == 2
    assert not any(axes.images for axes in figure.axes)
    assert not is_picture(Posed())
    assert preview(made_of(Posed()), colour=False).count("\n") < 4, "a table alone"


@pytest.fixture
def made_of():
    def make(task):
        header = Header("dataset", TaskConfig("mine", {}), LearnerConfig())
        arrays = {"inputs": np.ones((2, *task.input_shape), np.float32), "targets": np.eye(2)}
        return revive("it", header, Artifact({}, arrays), task)

    return make


def test_a_picture_is_a_png_and_refuses_to_be_called_otherwise(tmp_path):
    picture = Picture(b"bytes")
    assert picture.save(tmp_path / "it.png").read_bytes() == b"bytes"
    with pytest.raises(UsageError, match=r"it\.pdf: pictures are \.png"):
        picture.save(tmp_path / "it.pdf")
    with pytest.raises(UsageError, match="there is no folder"):
        picture.save(tmp_path / "nowhere" / "it.png")
    assert [each.name for each in tmp_path.iterdir()] == ["it.png"]
