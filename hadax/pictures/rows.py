"""A distilled dataset's examples as rows of words: for tables of any kind."""

import numpy as np

from hadax.core.words.numbers import in_short
from hadax.distilled.distilled import Distilled
from hadax.pictures.columns import with_units
from hadax.pictures.poses import seen

_MOST_COLUMNS = 12


def headings(distilled: Distilled) -> tuple[str, ...]:
    """What stands above an example's row: nothing, its numbers' names, and "target"."""
    return ("", *_columns(distilled), "target")


def example_row(distilled: Distilled, index: int) -> list[str]:
    """An example's number, its input before any normaliser, and its target.

    A long input is told by its shape.

    Args:
      distilled: has it.
      index: which example, from 0.
    """
    example = seen(distilled.task, distilled.state, distilled.dataset.inputs[index][None])[0]
    target = np.asarray(distilled.dataset.targets[index])
    if len(_columns(distilled)) == 1 and example.size > 1:
        cells = [" x ".join(map(str, example.shape))]
    else:
        cells = [in_short(value) for value in np.atleast_1d(example)]
    return [str(index), *cells, distilled.task.describe_target(target)]


def as_text(distilled: Distilled, most: int) -> str:
    """The first examples, at `most` so many, as a table for a terminal."""
    size = distilled.dataset.size
    rows = [example_row(distilled, index) for index in range(min(most, size))]
    table = [list(headings(distilled)), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join([*lines, *([f"and {size - most} more"] if size > most else [])])


def _columns(distilled: Distilled) -> tuple[str, ...]:
    """Headings of an example's numbers; one where there are too many to show."""
    shape, names = distilled.task.input_shape, distilled.task.labels.input_names
    if len(shape) > 1 or (shape and shape[0] > _MOST_COLUMNS):
        return ("input",)
    count = shape[0] if shape else 1
    if len(names) != count:
        return tuple(f"{index}" for index in range(count))
    return with_units(names, distilled.task.labels.input_units)
