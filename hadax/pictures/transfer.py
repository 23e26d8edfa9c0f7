"""A transfer study as heat maps."""

from pathlib import Path
from typing import Any

import numpy as np

from hadax.distilled.study import Measured, Study
from hadax.pictures.figures import require_plotting, save_figure

_INCHES_A_COLUMN, _INCHES_A_ROW = 0.72, 0.5
_MARGIN = (1.3, 1.5)
_WRAPPED = 8
_DARK = 0.6


def draw_study(study: Study, path: Path) -> None:
    """Draws a study into a PNG file: a map a panel, each cell with the share of the score kept.

    Raises:
      UsageError: matplotlib is not installed.
    """
    require_plotting()
    from matplotlib.figure import Figure

    panels: dict[str, list[Measured]] = {}
    for row in study.rows:
        panels.setdefault(row.setting.panel, []).append(row)
    lines = _lines(panels)
    width = max(sum(_inches(panels[name])[0] for name in line) for line in lines)
    height = sum(max(_inches(panels[name])[1] for name in line) for line in lines)
    figure = Figure(figsize=(max(width, 6), height + 0.4), layout="constrained")
    kept, count = study.keeping(0.8)
    figure.suptitle(
        f"{study.name}: {kept} of {count} other settings keep 80 % of {study.own.spread}",
        fontsize="medium",
    )
    heights = [max(_inches(panels[name])[1] for name in line) for line in lines]
    grid = figure.subfigures(len(lines), 1, height_ratios=heights, squeeze=False)
    for (part,), line in zip(grid, lines, strict=True):
        widths = [_inches(panels[name])[0] for name in line]
        every = part.subplots(1, len(line), width_ratios=widths, squeeze=False)
        for axes, name in zip(every[0], line, strict=True):
            _draw_panel(axes, name, panels[name])
    save_figure(figure, path)


def _lines(panels: dict[str, list[Measured]]) -> list[list[str]]:
    """The panels' titles, line by line, as many beside each other as fit."""
    lines: list[list[str]] = [[]]
    for name, rows in panels.items():
        taken = sum(_inches(panels[each])[0] for each in lines[-1])
        if lines[-1] and taken + _inches(rows)[0] > _WRAPPED + 2:
            lines.append([])
        lines[-1].append(name)
    return lines


def _inches(rows: list[Measured]) -> tuple[float, float]:
    columns = len(dict.fromkeys(row.setting.column for row in rows))
    lines = len(dict.fromkeys(row.setting.row for row in rows))
    return columns * _INCHES_A_COLUMN + _MARGIN[0], lines * _INCHES_A_ROW + _MARGIN[1] / 2 + 0.3


def _draw_panel(axes: Any, title: str, rows: list[Measured]) -> None:
    """One map; colours run from nothing kept to everything."""
    lines = list(dict.fromkeys(row.setting.row for row in rows))
    columns = list(dict.fromkeys(row.setting.column for row in rows))
    shares = np.full((len(lines), len(columns)), np.nan)
    for row in rows:
        shares[lines.index(row.setting.row), columns.index(row.setting.column)] = row.share
    axes.imshow(shares, vmin=0, vmax=1, cmap="viridis", aspect="auto")
    axes.set_title(title, fontsize="small")
    axes.set_xticks(range(len(columns)), columns, fontsize="x-small")
    axes.set_yticks(range(len(lines)), lines, fontsize="x-small")
    axes.tick_params(length=0)
    for (line, column), share in np.ndenumerate(shares):
        told = f"{share:.0%}" if np.isfinite(share) else "none"
        colour = "white" if share <= _DARK else "black"
        axes.text(column, line, told, ha="center", va="center", color=colour, fontsize=7)
