"""Scores of many searches with their intervals, against the size of their datasets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hadax.pictures.figures import new_figure, save_figure

_WIDTH, _HEIGHT = 4.5, 3.2


@dataclass(frozen=True)
class Measured:
    """What runs that are alike scored.

    Attributes:
      label: what they are called beside others of their panel.
      pairs: synthetic examples of each.
      value: their mean, say.
      low: the lower end of its interval.
      high: the upper end.
    """

    label: str
    pairs: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
      title: above it.
      what: what a value is, at the axis of scores.
      measured: at least one.
    """

    title: str
    what: str
    measured: Sequence[Measured]


def draw_intervals(rows: Sequence[Sequence[Panel]], path: Path) -> None:
    """Draws panels, in rows of the same length, into a PNG file.

    Against the number of pairs where that differs within a panel, a line a label; else one below
    the other by label.

    Args:
      rows: at least one panel.
      path: the file.
    """
    size = (_WIDTH * len(rows[0]), _HEIGHT * len(rows))
    figure, grid = new_figure(size, rows=len(rows), columns=len(rows[0]))
    for row, panels in zip(grid, rows, strict=True):
        for axes, panel in zip(row, panels, strict=True):
            by_size = len({each.pairs for each in panel.measured}) > 1
            (_draw_by_size if by_size else _draw_by_label)(axes, panel)
            axes.set_title(panel.title, fontsize="small")
            axes.grid(alpha=0.3)
    save_figure(figure, path)


def _draw_by_size(axes: Any, panel: Panel) -> None:
    labels = dict.fromkeys(each.label for each in panel.measured)
    for label in labels:
        own = [each for each in panel.measured if each.label == label]
        own.sort(key=lambda each: each.pairs)
        pairs = [each.pairs for each in own]
        (line,) = axes.plot(
            pairs, [each.value for each in own], "o-", markersize=4, label=label or None
        )
        low, high = [each.low for each in own], [each.high for each in own]
        axes.fill_between(pairs, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
    axes.set(xscale="log", xlabel="synthetic examples", ylabel=panel.what)
    sizes = sorted({each.pairs for each in panel.measured})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    if any(labels):
        axes.legend(loc="best", fontsize="small")


def _draw_by_label(axes: Any, panel: Panel) -> None:
    places = range(len(panel.measured))
    values = [each.value for each in panel.measured]
    apart = [
        [each.value - each.low for each in panel.measured],
        [each.high - each.value for each in panel.measured],
    ]
    axes.errorbar(values, places, xerr=apart, fmt="o", markersize=4, capsize=3)
    axes.set_yticks(places, [each.label or "all" for each in panel.measured])
    axes.set_ylim(-0.5, len(panel.measured) - 0.5)
    axes.invert_yaxis()
    axes.set_xlabel(panel.what)
