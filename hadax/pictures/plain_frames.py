"""Frames of what no scene shows: a pose drawn by a function of its own, or numbers as bars."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.task import Task
from hadax.pictures.arrays import draw_array
from hadax.pictures.figures import bare_figure

_DOTS_PER_INCH = 100


def plain_frames(task: Task, seen: NDArray[Any], width: int) -> Iterator[Any]:
    """A pillow image for each observation; numbers keep their scale throughout.

    Args:
      task: what is played.
      seen: observations [frames, *input_shape].
      width: in pixels.
    """
    from PIL import Image

    pose, limit = task.pose, float(np.abs(seen).max())
    size = (width / _DOTS_PER_INCH, 2 * width / 3 / _DOTS_PER_INCH)
    figure, axes = bare_figure(size)
    for observation in seen:
        axes.clear()
        if callable(pose):
            axes.set(xticks=[], yticks=[])
            pose(axes, observation)
        else:
            labels = task.labels
            draw_array(axes, observation, labels.input_names, labels.channel_names)
            if np.ndim(observation) <= 1:
                axes.set_xlim(-1.3 * limit, 1.3 * limit)
        content = io.BytesIO()
        figure.savefig(content, format="png", dpi=_DOTS_PER_INCH)
        yield Image.open(content).convert("RGB")
