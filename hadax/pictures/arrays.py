"""Any input as numbers: bars, or an image of its entries."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.task import Task
from hadax.core.words.numbers import in_short

_MOST_BARS = 32
_HEADING_SIZE = 9.0


def is_image(shape: tuple[int, ...]) -> bool:
    """Whether an input can be shown as a picture: grey or in colour."""
    return len(shape) == 3 and shape[-1] in (1, 3)


def is_picture(task: Task) -> bool:
    """Whether a task's inputs are pictures as they are.

    Not so frames of a game whose channels have names, and what the task has a pose for.
    """
    plain = task.pose is None and not task.labels.channel_names
    return is_image(task.input_shape) and plain


def has_bars(shape: tuple[int, ...]) -> bool:
    """Whether `draw_array` shows an example of that shape as bars."""
    return len(shape) <= 1 and math.prod(shape) <= _MOST_BARS


def draw_array(
    axes: Any,
    example: NDArray[np.float32],
    names: Sequence[str] = (),
    channels: Sequence[str] = (),
    scale: tuple[float, float] | None = None,
) -> None:
    """Any input: a short vector as bars and numbers, else an image, each channel by itself.

    Args:
      axes: matplotlib's.
      example: [*input_shape]; a single number is drawn as one bar.
      names: of the numbers, written beside their bars where there is one for each.
      channels: what the channels of an image are called; without, one or three are its colours,
        and others are numbered.
      scale: the lowest and the highest number of several images that are to be compared; those of
        this one if not given. Bars have their axes for that.
    """
    example = np.atleast_1d(example)
    if has_bars(example.shape):
        places = np.arange(example.size)
        bars = axes.barh(places, example, color="#2980b9")
        numbers = [in_short(value) for value in example]
        axes.bar_label(bars, labels=numbers, padding=3, fontsize="small")
        axes.axvline(0, color="#7f8c8d", linewidth=1)
        axes.invert_yaxis()
        axes.margins(x=0.4)
        if len(names) == example.size:
            axes.set_yticks(places, names)
        else:
            axes.set_yticks(places)
        return
    low, high = scale or (float(example.min()), float(example.max()))
    if is_image(example.shape) and not channels:
        axes.imshow((example - low) / max(high - low, 1e-9), cmap="gray", vmin=0, vmax=1)
        return
    if example.ndim == 3:
        _draw_channels(axes, example, channels, (low, high))
        return
    flat = example.reshape(example.shape[0], -1)
    axes.imshow(flat, aspect="auto", cmap="coolwarm", vmin=low, vmax=high)


def _draw_channels(
    axes: Any,
    example: NDArray[np.float32],
    channels: Sequence[str],
    scale: tuple[float, float],
) -> None:
    """The channels of [height, width, channels] in rows, framed and named, on one `scale`."""
    from matplotlib.patches import Rectangle

    height, width, count = example.shape
    named = channels if len(channels) == count else [f"channel {place}" for place in range(count)]
    columns = math.ceil(math.sqrt(count))
    # Above a channel there is room for a heading, and at its sides for a narrow one's.
    down, right = height + math.ceil(height / 3), max(width + 2 * math.ceil(width / 8), height)
    canvas = np.full((down * -(-count // columns) + 1, right * columns), np.nan)
    for place, name in enumerate(named):
        row, column = divmod(place, columns)
        top, left = (row + 1) * down - height, column * right + (right - width) // 2
        canvas[top : top + height, left : left + width] = example[..., place]
        corner = (left - 0.5, top - 0.5)
        axes.add_patch(Rectangle(corner, width, height, fill=False, color="#7f8c8d", linewidth=0.8))
        middle = left + (width - 1) / 2
        size = max(4.0, _HEADING_SIZE - 1.5 * columns)
        axes.text(middle, top - 0.6, name, ha="center", va="bottom", fontsize=size)
    axes.imshow(canvas, cmap="coolwarm", vmin=scale[0], vmax=scale[1])
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
