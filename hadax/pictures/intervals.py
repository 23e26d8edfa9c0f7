"""Scores of many searches with their intervals, against the size of their datasets."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hadax.pictures.figures import new_figure, save_figure

_WIDTH, _HEIGHT = 4.5, 3.2

# A label of several settings fills some lines of so many letters; one takes so many inches.
_LETTERS, _LETTER, _LINE = 32, 0.07, 0.16


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
    save_figure(figure_of(rows), path)


def figure_of(rows: Sequence[Sequence[Panel]]) -> Any:
    """The matplotlib figure of panels, as `draw_intervals` takes them."""
    size = (sum(map(_width, rows[0])), sum(max(map(_height, row)) for row in rows))
    figure, grid = new_figure(size, rows=len(rows), columns=len(rows[0]))
    for row, panels in zip(grid, rows, strict=True):
        for axes, panel in zip(row, panels, strict=True):
            (_draw_by_size if _has_sizes(panel) else _draw_by_label)(axes, panel)
            axes.set_title(panel.title, fontsize="small")
            axes.grid(alpha=0.3)
    return figure


def _has_sizes(panel: Panel) -> bool:
    return len({each.pairs for each in panel.measured}) > 1


def _in_lines(label: str) -> list[str]:
    """A label's lines; a setting's name and value stay together."""
    whole = ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in label.split(", "))
    return textwrap.wrap(whole, _LETTERS) or ["all"]


def _width(panel: Panel) -> float:
    """Inches of a panel with its labels."""
    longest = max(len(line) for each in panel.measured for line in _in_lines(each.label))
    return _WIDTH + (0 if _has_sizes(panel) else longest * _LETTER)


def _height(panel: Panel) -> float:
    """Inches of a panel in which no label runs into the next."""
    most = max(len(_in_lines(each.label)) for each in panel.measured)
    return max(_HEIGHT, 1 + len(panel.measured) * (most + 0.5) * _LINE)


def _draw_by_size(axes: Any, panel: Panel) -> None:
    labels = dict.fromkeys(each.label for each in panel.measured)
    for label in labels:
        own = [each for each in panel.measured if each.label == label]
        own.sort(key=lambda each: each.pairs)
        pairs = [each.pairs for each in own]
        (line,) = axes.plot(
            pairs,
            [each.value for each in own],
            "o-",
            markersize=4,
            label="\n".join(_in_lines(label)) if label else None,
        )
        low, high = [each.low for each in own], [each.high for each in own]
        axes.fill_between(pairs, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
    axes.set(xscale="log", xlabel="synthetic examples", ylabel=panel.what)
    sizes = sorted({each.pairs for each in panel.measured})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    if any(labels):
        axes.legend(loc="best", fontsize="x-small")


def _draw_by_label(axes: Any, panel: Panel) -> None:
    places = range(len(panel.measured))
    values = [each.value for each in panel.measured]
    apart = [
        [each.value - each.low for each in panel.measured],
        [each.high - each.value for each in panel.measured],
    ]
    axes.errorbar(values, places, xerr=apart, fmt="o", markersize=4, capsize=3)
    labels = ["\n".join(_in_lines(each.label)) for each in panel.measured]
    axes.set_yticks(places, labels, fontsize="x-small")
    axes.set_ylim(-0.5, len(panel.measured) - 0.5)
    axes.invert_yaxis()
    axes.set_xlabel(panel.what)
