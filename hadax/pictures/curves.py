"""How a search went: the learning curve."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hadax.pictures.figures import new_figure, save_figure


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
