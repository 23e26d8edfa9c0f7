"""Frames of what no scene shows: a pose drawn by a function of its own, or numbers as bars."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.task import Task
from hadax.pictures.arrays import draw_array, has_bars
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

    pose, labels = task.pose, task.labels
    scale = float(seen.min()), float(seen.max())
    # An episode of nothing but zeros has a scale, too.
    limit = 1.3 * (max(map(abs, scale)) or 1.0)
    size = (width / _DOTS_PER_INCH, 2 * width / 3 / _DOTS_PER_INCH)
    figure, axes = bare_figure(size)
    for observation in seen:
        axes.clear()
        if callable(pose):
            axes.set(xticks=[], yticks=[])
            pose(axes, observation)
        else:
            draw_array(axes, observation, labels.input_names, labels.channel_names, scale)
            if has_bars(np.shape(observation)):
                axes.set_xlim(-limit, limit)
        content = io.BytesIO()
        figure.savefig(content, format="png", dpi=_DOTS_PER_INCH)
        yield Image.open(content).convert("RGB")
