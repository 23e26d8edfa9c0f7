"""What came of a search: its examples as an environment shows them, with their numbers."""

import textwrap
from pathlib import Path
from typing import Any

import jax
import numpy as np

from hadax.core.parametrizations.slots import as_slots
from hadax.core.specification import Discrete
from hadax.core.task import Task
from hadax.distilled.distilled import Distilled
from hadax.pictures.arrays import draw_array, is_picture
from hadax.pictures.columns import draw_column, draw_names, input_rows, target_rows
from hadax.pictures.figures import empty_figure, save_figure
from hadax.pictures.poses import draw_observation, is_drawn, seen
from hadax.pictures.scenes.games import colours_of
from hadax.pictures.scenes.scene import Observation

PAGE, COLUMN = 7.0, 3.4
"""Widths in inches: a paper's page, and a column of it."""

MOST_EXAMPLES = 100
"""Examples of a dataset that one picture has."""

_EACH = 1.25
_ROW = 0.155
_LABELS = 0.8
_TITLE_SIZE = 7.5


def draw_dataset(distilled: Distilled, path: Path, title: str, width: float = PAGE) -> None:
    """Draws the examples, up to a hundred, with their targets, into a PNG file.

    Args:
      distilled: has them.
      path: the file.
      title: stands above.
      width: of the picture, in inches; COLUMN is a paper's column.
    """
    save_figure(dataset_figure(distilled, title, width), path)


def dataset_figure(
    distilled: Distilled, title: str, width: float = PAGE, most: int = MOST_EXAMPLES
) -> Any:
    """A figure of the examples, the first hundred, with their targets, and numbers where few.

    Examples in slots are drawn slot by slot, with the mean of a slot's targets. Before frames of a
    game stands a real one.

    Args:
      distilled: has them.
      title: stands above.
      width: in inches.
      most: examples, or slots, to draw at most; where there are more the title counts them.
    """
    shown = distilled.dataset if distilled.slots is None else as_slots(distilled.dataset)
    inputs = seen(distilled.task, distilled.state, shown.inputs[:most])
    targets = np.asarray(shown.targets[:most])
    if len(inputs) < shown.size:
        title = f"{title}{' - ' if title else ''}the first {len(inputs)} of {shown.size}"
    if is_picture(distilled.task):
        return _images(distilled, inputs, targets, title, width)
    return _bands(distilled, inputs, targets, title, width)


def image_columns(size: int) -> int:
    """Columns of a grid of so many images: five for ten, ten for many."""
    return min(size, 5 if size <= 10 else 10)


def _images(
    distilled: Distilled, inputs: Observation, targets: Observation, title: str, width: float
) -> Any:
    """Images side by side, their labels above."""
    columns = image_columns(len(inputs))
    rows = -(-len(inputs) // columns)
    task, each = distilled.task, width / columns
    words = [_wrapped(task.describe_target(target), each, split=False) for target in targets]
    lines = 1 + max(caption.count("\n") for caption in words)
    figure = empty_figure((width, rows * (each + 0.2 * lines) + 0.3))
    grid = figure.subplots(rows, columns, squeeze=False)
    low, high = min(0.0, float(inputs.min())), max(1.0, float(inputs.max()))
    for axes in grid.flat:
        axes.axis("off")
    for axes, example, caption in zip(grid.flat, inputs, words, strict=False):
        axes.imshow((example - low) / (high - low), cmap="gray", vmin=0, vmax=1)
        axes.set_title(caption, fontsize=_TITLE_SIZE)
    figure.suptitle(_wrapped(title, width), fontsize=_TITLE_SIZE + 1)
    return figure


def _bands(
    distilled: Distilled, inputs: Observation, targets: Observation, title: str, width: float
) -> Any:
    """Bands of a few examples: pictures above, numbers and actions below, names at the left."""
    task = distilled.task
    cells: list[tuple[Observation, Observation | None]] = list(zip(inputs, targets, strict=True))
    real = task.real_input(jax.random.key(0)) if task.labels.channel_names else None
    if real is not None:
        cells.insert(0, (np.asarray(real, np.float32), None))
    columns = min(len(cells), max(1, int((width - _LABELS) / _EACH)))
    bands = -(-len(cells) // columns)
    numbers = _ROW * (len(input_rows(task)) + len(target_rows(task)))
    picture = 1.4 if not is_drawn(task) or task.labels.channel_names else 1.0
    figure = empty_figure((width, bands * (picture + numbers + 0.3) + 0.35))
    grid = figure.subplots(
        2 * bands,
        columns + 1,
        squeeze=False,
        gridspec_kw={
            "height_ratios": [picture, max(numbers, 0.01)] * bands,
            "width_ratios": [_LABELS, *[(width - _LABELS) / columns] * columns],
        },
    )
    for axes in grid.flat:
        axes.axis("off")
    for band in range(bands):
        draw_names(grid[2 * band + 1][0], task)
    for place, (observation, target) in enumerate(cells):
        band, column = divmod(place, columns)
        above, below = grid[2 * band][column + 1], grid[2 * band + 1][column + 1]
        _draw_input(above, distilled, observation)
        words = "a real frame" if target is None else _caption(task, target)
        above.set_title(words, fontsize=_TITLE_SIZE)
        if target is not None:
            draw_column(below, task, observation, target)
    figure.suptitle(_wrapped(title, width), fontsize=_TITLE_SIZE + 1)
    if is_drawn(task):
        _draw_legend(figure, task.labels.channel_names)
    return figure


def _caption(task: Task, target: Observation) -> str:
    """A target in words where bars below do not say more."""
    several = not isinstance(task.target, Discrete) and task.target.size > 1
    if several and not target_rows(task):
        return f"{task.target.size} actions"
    return "" if several else task.describe_target(target)


def _wrapped(title: str, width: float, split: bool = True) -> str:
    """A title in lines that fit into so many inches; `split` breaks words that do not."""
    return "\n".join(textwrap.wrap(title, max(1, int(14 * width)), break_long_words=split))


def _draw_input(axes: Any, distilled: Distilled, observation: Observation) -> None:
    axes.axis("on")
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(color="#d5dbdb")
    if not draw_observation(axes, distilled.task, observation):
        draw_array(axes, observation, channels=distilled.task.labels.channel_names)
        axes.set(xticks=[], yticks=[])


def _draw_legend(figure: Any, channels: tuple[str, ...]) -> None:
    """What the colours of a game's frames stand for."""
    if not channels:
        return
    from matplotlib.patches import Patch

    colours = colours_of(len(channels))
    handles = [
        Patch(color=colour, label=name) for colour, name in zip(colours, channels, strict=True)
    ]
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=min(4, len(handles)),
        fontsize=_TITLE_SIZE,
        frameon=False,
    )
