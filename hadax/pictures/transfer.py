"""A transfer study as heat maps."""

from pathlib import Path
from typing import Any

import numpy as np

from hadax.distilled.shares import told_share
from hadax.distilled.transfer.study import Measured, Study
from hadax.pictures.figures import require_plotting, save_figure

_LINES = (("architecture",), ("optimizer",), ("steps", "noise"))
_TITLES = {
    "optimizer": "optimiser, and its learning rate x",
    "steps": "inner steps",
    "noise": "label noise",
}
_CELL, _MARGIN, _WIDTH = 0.42, 0.75, 8.5
_DARK = 0.6


def draw_study(study: Study, path: Path) -> None:
    """Draws a study into a PNG file: a map a panel, each cell with the share of the score kept.

    Raises:
      UsageError: matplotlib is not installed.
    """
    require_plotting()
    from matplotlib.figure import Figure

    lines = [line for line in (_panels(study, groups) for groups in _LINES) if line]
    heights = [max(map(_inches, line)) for line in lines]
    figure = Figure(figsize=(_WIDTH, sum(heights) + 0.7), layout="constrained")
    figure.suptitle(_title(study), fontsize="small")
    grid = figure.subfigures(len(lines), 1, height_ratios=heights, squeeze=False)
    for (part,), line in zip(grid, lines, strict=True):
        for axes, rows in zip(part.subplots(1, len(line), squeeze=False)[0], line, strict=True):
            _draw_panel(axes, study, rows)
    save_figure(figure, path)


def _title(study: Study) -> str:
    """What the maps say together, and of what their shares are."""
    own, random = study.own.spread, f"acting at random ({study.random:.4g})"
    if not study.has_shares:
        return f"{study.name}: no shares, {own} is not above {random}\nframed: its own"
    kept, count = study.keeping(0.8)
    return (
        f"{study.name}: {kept} of {count} other settings keep 80 % of {own}\n"
        f"shares of what it earns above {random}; framed: its own"
    )


def _panels(study: Study, groups: tuple[str, ...]) -> list[list[Measured]]:
    """The maps that stand side by side, each as its rows."""
    panels: dict[str, list[Measured]] = {}
    for row in study.rows:
        if row.cell.group in groups:
            panels.setdefault(row.cell.panel, []).append(row)
    return list(panels.values())


def _inches(rows: list[Measured]) -> float:
    return len(dict.fromkeys(row.cell.row for row in rows)) * _CELL + _MARGIN


def _draw_panel(axes: Any, study: Study, rows: list[Measured]) -> None:
    """One map; colours run from nothing kept to everything."""
    lines = list(dict.fromkeys(row.cell.row for row in rows))
    columns = list(dict.fromkeys(row.cell.column for row in rows))
    shares = np.full((len(lines), len(columns)), np.nan)
    for row in rows:
        place = lines.index(row.cell.row), columns.index(row.cell.column)
        shares[place] = row.share
        if row.learner == study.learner and not row.cell.noise:
            _frame(axes, place)
    axes.imshow(shares, vmin=0, vmax=1, cmap="viridis", aspect="auto")
    cell = rows[0].cell
    axes.set_title(_TITLES.get(cell.group, cell.panel), fontsize="small")
    axes.set_xticks(range(len(columns)), columns, fontsize="x-small")
    axes.set_yticks(range(len(lines)), lines, fontsize="x-small")
    axes.tick_params(length=0)
    for (line, column), share in np.ndenumerate(shares):
        colour = "white" if share <= _DARK else "black"
        axes.text(
            column, line, told_share(share), ha="center", va="center", color=colour, fontsize=7
        )


def _frame(axes: Any, place: tuple[int, int]) -> None:
    """Marks the setting that the dataset was made for."""
    from matplotlib.patches import Rectangle

    line, column = place
    axes.add_patch(
        Rectangle((column - 0.47, line - 0.46), 0.94, 0.92, fill=False, edgecolor="red", lw=1.5)
    )
