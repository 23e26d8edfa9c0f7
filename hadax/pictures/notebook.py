"""What a notebook shows of a distilled dataset."""

import html as markup
from dataclasses import replace

import numpy as np

from hadax.core.notebooks import in_notebook
from hadax.distilled.distilled import Distilled
from hadax.pictures.datasets import dataset_figure
from hadax.pictures.figures import Picture, as_picture, require_plotting

_MOST_ROWS = 16
_MOST_COLUMNS = 12


def figure(distilled: Distilled) -> Picture:
    """A picture of the examples; in a notebook it is shown at once, and not a second time.

    Raises:
      UsageError: matplotlib is not installed.
    """
    require_plotting()
    picture = as_picture(dataset_figure(distilled, _title(distilled)))
    if in_notebook():
        from IPython.display import display

        display(picture)
        return replace(picture, shown=True)
    return picture


def html(distilled: Distilled) -> str:
    """Task, score and the first examples as a table, in HTML; long inputs as their shape."""
    rows = [_row(distilled, index) for index in range(min(_MOST_ROWS, distilled.dataset.size))]
    left = distilled.dataset.size - len(rows)
    more = f"<p>and {left} more</p>" if left else ""
    heads = "".join(f"<th>{markup.escape(name)}</th>" for name in (*_columns(distilled), "target"))
    body = "".join(
        "<tr>" + "".join(f"<td>{markup.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    title = markup.escape(_title(distilled))
    return f"<p><b>{title}</b></p><table><tr><th></th>{heads}</tr>{body}</table>{more}"


def _title(distilled: Distilled) -> str:
    score = distilled.score or "not measured"
    return f"{distilled.header.task.task} in {distilled.size}: {score}"


def _columns(distilled: Distilled) -> tuple[str, ...]:
    """Headings of an example's numbers; one where there are too many to show."""
    shape, names = distilled.task.input_shape, distilled.task.labels.input_names
    if len(shape) > 1 or (shape and shape[0] > _MOST_COLUMNS):
        return ("input",)
    count = shape[0] if shape else 1
    return tuple(names) if len(names) == count else tuple(f"{index}" for index in range(count))


def _row(distilled: Distilled, index: int) -> list[str]:
    """An example's number, its input and its target, as text."""
    example = np.asarray(distilled.dataset.inputs[index])
    target = np.asarray(distilled.dataset.targets[index])
    if len(_columns(distilled)) == 1 and example.size > 1:
        cells = [" x ".join(map(str, example.shape))]
    else:
        cells = [f"{value:.3g}" for value in np.atleast_1d(example)]
    return [str(index), *cells, distilled.task.describe_target(target)]
