"""How searches went: learning curves, with the levels that one reads them by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hadax.pictures.figures import bare_figure, save_figure

Milestones = Sequence[tuple[float, float]]
"""What a search had cost, and its fitness then, in their order."""

_LEVEL_COLOURS = ("#1e8449", "#7f8c8d", "#d35400", "#7d3c98")
_POPULATION, _MEAN = "#5dade2", "#1b2631"
_SIZE = (7, 3.8)


@dataclass(frozen=True)
class Curve:
    """One search among those that are compared.

    Attributes:
      label: what it is called.
      points: environment steps (or generations) and fitness.
    """

    label: str
    points: Milestones


@dataclass(frozen=True)
class Scale:
    """What a learning curve is compared with.

    Attributes:
      steps: environment steps of a generation; 0 for tasks without episodes.
      levels: fitnesses with a word each: "solved", "random policy", "published".
      published: somebody else's curve over environment steps; None without one.
    """

    steps: int = 0
    levels: Mapping[str, float] | None = None
    published: Curve | None = None


def draw_curves(
    curves: Sequence[Curve], path: Path, axis: str, levels: Mapping[str, float] | None = None
) -> None:
    """Draws searches beside each other, what they cost on a logarithmic axis, into a PNG file.

    Args:
      curves: at least one point each.
      path: the file.
      axis: what their points are counted in.
      levels: fitnesses drawn as lines, by what they are called.
    """
    figure, axes = bare_figure(_SIZE)
    for curve in curves:
        axes.plot(*zip(*curve.points, strict=True), "o-", markersize=3, label=curve.label)
    _draw_levels(axes, levels or {})
    axes.set(xscale="log", xlabel=axis, ylabel="fitness")
    axes.grid(alpha=0.3)
    axes.legend(loc="best", fontsize="small")
    save_figure(figure, path)


def draw_learning_curve(
    rows: Sequence[Mapping[str, str]], path: Path, title: str, scale: Scale | None = None
) -> None:
    """Draws a metrics file's population mean, its range, and the evolved mean.

    Over generations, and where the task has episodes over environment steps, generations above.

    Args:
      rows: of the metrics file, a generation each, at least one.
      path: the file.
      title: stands above.
      scale: what the curve is compared with.
    """
    from matplotlib.ticker import EngFormatter

    scale = scale or Scale()
    unit = scale.steps or 1
    figure, axes = bare_figure(_SIZE)
    places = [unit * int(row["generation"]) for row in rows]
    low, mean, high = (
        [float(row[name]) for row in rows]
        for name in ("fitness_min", "fitness_mean", "fitness_max")
    )
    label = "population, lowest to highest"
    axes.fill_between(places, low, high, alpha=0.25, color=_POPULATION, linewidth=0, label=label)
    axes.plot(places, mean, color=_POPULATION, label="population mean")
    evolved = [
        (unit * int(row["generation"]), float(row["evolved_mean"]))
        for row in rows
        if row["evolved_mean"]
    ]
    if evolved:
        points = zip(*evolved, strict=True)
        axes.plot(*points, "o-", color=_MEAN, markersize=3, linewidth=1, label="evolved mean")
    _draw_published(axes, scale, places[-1])
    _draw_levels(axes, scale.levels or {})
    axes.set(xlabel="environment steps at most" if scale.steps else "generation", ylabel="fitness")
    axes.grid(alpha=0.25)
    if scale.steps:
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
        above = axes.secondary_xaxis("top", functions=(lambda x: x / unit, lambda x: x * unit))
        above.set_xlabel("generation")
    axes.set_title(title, fontsize=10)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    save_figure(figure, path)


def _draw_published(axes: Any, scale: Scale, end: int) -> None:
    """Somebody else's curve, as far as it belongs beside one that ends here."""
    if scale.published is None:
        return
    within = [point for point in scale.published.points if point[0] <= end]
    if len(within) > 1:
        colour = _LEVEL_COLOURS[2]
        axes.plot(*zip(*within, strict=True), color=colour, ls=":", label=scale.published.label)


def _draw_levels(axes: Any, levels: Mapping[str, float]) -> None:
    """Horizontal lines, each with its word and its value in the legend."""
    colours = dict(zip(("solved", "random policy", "published"), _LEVEL_COLOURS, strict=False))
    for word, level in levels.items():
        colour = next((colours[name] for name in colours if word.startswith(name)), "#7d3c98")
        axes.axhline(level, color=colour, ls="--", linewidth=1, label=f"{word} ({level:g})")
