"""Any input as numbers: bars, or an image of its entries."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.numbers import in_short
from hadax.core.task import Task

_MOST_BARS = 32


def is_image(shape: tuple[int, ...]) -> bool:
    """Whether an input can be shown as a picture: grey or in colour."""
    return len(shape) == 3 and shape[-1] in (1, 3)


def is_picture(task: Task) -> bool:
    """Whether a task's inputs are pictures, and no frames of a game whose channels have names."""
    return is_image(task.input_shape) and not task.labels.channel_names


def draw_array(axes: Any, example: NDArray[np.float32], names: Sequence[str] = ()) -> None:
    """Any input: a short vector as bars and numbers, else an image, channels side by side.

    Args:
      axes: matplotlib's.
      example: [*input_shape]; a single number is drawn as one bar.
      names: of the numbers, written beside their bars where there is one for each.
    """
    example = np.atleast_1d(example)
    if example.ndim == 1 and example.size <= _MOST_BARS:
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
    if is_image(example.shape):
        low, high = float(example.min()), float(example.max())
        axes.imshow((example - low) / max(high - low, 1e-9), cmap="gray")
        return
    if example.ndim == 3:
        example = np.concatenate(list(np.moveaxis(example, -1, 0)), axis=1)
    axes.imshow(example.reshape(example.shape[0], -1), aspect="auto", cmap="coolwarm")
