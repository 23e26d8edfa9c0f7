"""What a notebook shows of a distilled dataset."""

import html as markup
from dataclasses import replace

from hadax.core.words.notebooks import in_notebook
from hadax.distilled.distilled import Distilled
from hadax.pictures.datasets import dataset_figure
from hadax.pictures.figures import Picture, as_picture, require_plotting
from hadax.pictures.rows import example_row, headings

_MOST_ROWS = 16


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
    count = min(_MOST_ROWS, distilled.dataset.size)
    rows = [example_row(distilled, index) for index in range(count)]
    left = distilled.dataset.size - count
    more = f"<p>and {left} more</p>" if left else ""
    heads = "".join(f"<th>{markup.escape(name)}</th>" for name in headings(distilled))
    body = "".join(
        "<tr>" + "".join(f"<td>{markup.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    title = markup.escape(_title(distilled))
    return f"<p><b>{title}</b></p><table><tr>{heads}</tr>{body}</table>{more}"


def _title(distilled: Distilled) -> str:
    score = distilled.score or "not measured"
    return f"{distilled.header.task.task} in {distilled.size_in_words}: {score}"
