"""What came of a search: its examples, as poses, images or numbers."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.core.parametrizations.slots import as_slots
from hadax.distilled.distilled import Distilled
from hadax.pictures.figures import new_figure, save_figure
from hadax.pictures.poses import draw_example

_COLUMNS = 4
_MOST_BARS = 32
_MOST_EXAMPLES = 100


def draw_dataset(distilled: Distilled, path: Path, title: str) -> None:
    """Draws the examples, up to a hundred, with their targets, into a PNG file."""
    save_figure(dataset_figure(distilled, title), path)


def dataset_figure(distilled: Distilled, title: str) -> Any:
    """A figure of the examples, up to a hundred, with their targets, and numbers where few.

    Examples in slots are drawn slot by slot, with the mean of a slot's targets.
    """
    shown = distilled.dataset if distilled.slots is None else as_slots(distilled.dataset)
    inputs = np.asarray(shown.inputs[:_MOST_EXAMPLES])
    targets = np.asarray(shown.targets[:_MOST_EXAMPLES])
    columns = (
        image_columns(len(inputs)) if is_image(inputs[0].shape) else min(_COLUMNS, len(inputs))
    )
    rows = math.ceil(len(inputs) / columns)
    figure, grid = new_figure((3.6 * columns, 2.9 * rows), rows, columns)
    for axes in grid.flat:
        axes.axis("off")
    for axes, example, target in zip(grid.flat, inputs, targets, strict=False):
        axes.axis("on")
        axes.set(xticks=[], yticks=[])
        if not draw_example(axes, distilled.task, distilled.state, example, target):
            draw_array(axes, example, distilled.task.labels.input_names)
            axes.set_title(distilled.task.describe_target(target))
    figure.suptitle(title)
    return figure


def is_image(shape: tuple[int, ...]) -> bool:
    """Whether an input can be shown as a picture: grey or in colour."""
    return len(shape) == 3 and shape[-1] in (1, 3)


def image_columns(size: int) -> int:
    """Columns of a grid of so many images: five for ten, ten for many."""
    return min(size, 5 if size <= 10 else 10)


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
        axes.bar_label(bars, labels=[f"{value:.2f}" for value in example], padding=3)
        axes.axvline(0, color="#7f8c8d", linewidth=1)
        axes.invert_yaxis()
        axes.margins(x=0.3)
        if len(names) == example.size:
            axes.set_yticks(places, names)
        return
    if is_image(example.shape):
        low, high = float(example.min()), float(example.max())
        axes.imshow((example - low) / max(high - low, 1e-9), cmap="gray")
        return
    if example.ndim == 3:
        example = np.concatenate(list(np.moveaxis(example, -1, 0)), axis=1)
    axes.imshow(example.reshape(example.shape[0], -1), aspect="auto", cmap="coolwarm")
