"""Films of numbers: on one scale throughout, and as wide as the frame."""

import warnings

import numpy as np
import pytest

from hadax import tasks
from hadax.pictures.plain_frames import plain_frames


@pytest.fixture(scope="module")
def task():
    return tasks.make("analytic/linear_quadratic")


def frames(task, seen):
    return [np.asarray(frame, float) for frame in plain_frames(task, seen.astype(np.float32), 240)]


@pytest.mark.parametrize("shape", [(4,), (40,), (6, 7), (5, 5, 1), (5, 5, 2), (5, 5, 3)])
def test_numbers_keep_their_scale_throughout(task, shape):
    """What is a tenth of something is not drawn like it."""
    large = np.linspace(-1, 1, int(np.prod(shape))).reshape(shape)
    small, whole, again = frames(task, np.stack([0.1 * large, large, 0.1 * large]))
    assert not np.array_equal(small, whole)
    assert np.array_equal(small, again)


def test_many_numbers_are_as_wide_as_the_frame(task):
    """A strip was drawn on the axes of bars, which reach from -1.3 to 1.3 times the largest."""
    (drawn,) = frames(task, 100 * np.linspace(-1, 1, 40)[None])
    coloured = (drawn.max(axis=2) - drawn.min(axis=2)) > 40
    assert coloured.any(axis=0).mean() > 0.7


@pytest.mark.parametrize("shape", [(4,), (40,)])
def test_an_episode_of_zeros_is_drawn_without_a_warning(task, shape):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one, other = frames(task, np.zeros((2, *shape)))
    assert np.array_equal(one, other)
