"""How searches went: learning curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hadax.pictures.figures import new_figure, save_figure


@dataclass(frozen=True)
class Curve:
    """One search among those that are compared.

    Attributes:
      label: what it is called.
      points: environment steps (or generations) and fitness, in their order.
    """

    label: str
    points: Sequence[tuple[int, float]]


def draw_curves(curves: Sequence[Curve], path: Path, axis: str) -> None:
    """Draws searches beside each other, what they cost on a logarithmic axis, into a PNG file.

    Args:
      curves: at least one point each.
      path: the file.
      axis: what their points are counted in.
    """
    figure, ((axes,),) = new_figure((5, 3))
    for curve in curves:
        axes.plot(*zip(*curve.points, strict=True), "o-", markersize=3, label=curve.label)
    axes.set(xscale="log", xlabel=axis, ylabel="fitness")
    axes.grid(alpha=0.3)
    axes.legend(loc="best", fontsize="small")
    save_figure(figure, path)


def draw_learning_curve(rows: Sequence[Mapping[str, str]], path: Path, title: str) -> None:
    """Draws a metrics file's population mean, its range, and the evolved mean over generations."""
    generations = [int(row["generation"]) for row in rows]
    low, mean, high = (
        [float(row[name]) for row in rows]
        for name in ("fitness_min", "fitness_mean", "fitness_max")
    )
    evolved = [
        (int(row["generation"]), float(row["evolved_mean"])) for row in rows if row["evolved_mean"]
    ]
    figure, ((axes,),) = new_figure((7, 4))
    axes.fill_between(generations, low, high, alpha=0.2, label="population, lowest to highest")
    axes.plot(generations, mean, label="population mean")
    if evolved:
        axes.plot(
            *zip(*evolved, strict=True), "o-", color="black", markersize=4, label="evolved mean"
        )
    axes.set(xlabel="generation", ylabel="fitness", title=title)
    axes.legend(loc="lower right")
    save_figure(figure, path)
