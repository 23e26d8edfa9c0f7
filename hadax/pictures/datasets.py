"""The two pictures of a run: how it went, and what came of it."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from hadax.core.files import write_atomically
from hadax.distilled.distilled import Distilled
from hadax.pictures.poses import draw_example

_COLUMNS = 4
_MOST_BARS = 32
_MOST_EXAMPLES = 100


def plotting_available() -> bool:
    """Whether matplotlib is installed (the extra `plot`)."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    return True


def draw_learning_curve(rows: list[dict[str, str]], path: Path, title: str) -> None:
    """Draws a metrics file's population mean, its range, and the evolved mean over generations."""
    import matplotlib.pyplot as plt

    generations = [int(row["generation"]) for row in rows]
    low, mean, high = (
        [float(row[name]) for row in rows]
        for name in ("fitness_min", "fitness_mean", "fitness_max")
    )
    evolved = [
        (int(row["generation"]), float(row["evolved_mean"])) for row in rows if row["evolved_mean"]
    ]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.fill_between(generations, low, high, alpha=0.2, label="population, lowest to highest")
    axes.plot(generations, mean, label="population mean")
    if evolved:
        axes.plot(
            *zip(*evolved, strict=True), "o-", color="black", markersize=4, label="evolved mean"
        )
    axes.set(xlabel="generation", ylabel="fitness", title=title)
    axes.legend(loc="lower right")
    save_figure(figure, path)


def draw_dataset(distilled: Distilled, path: Path, title: str) -> None:
    """Draws the examples, up to a hundred, with their targets, and their numbers where few."""
    import matplotlib.pyplot as plt

    inputs = np.asarray(distilled.dataset.inputs[:_MOST_EXAMPLES])
    targets = np.asarray(distilled.dataset.targets[:_MOST_EXAMPLES])
    columns = (
        image_columns(len(inputs)) if is_image(inputs[0].shape) else min(_COLUMNS, len(inputs))
    )
    rows = math.ceil(len(inputs) / columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(3.6 * columns, 2.9 * rows), squeeze=False, layout="constrained"
    )
    for axes in grid.flat:
        axes.axis("off")
    for axes, example, target in zip(grid.flat, inputs, targets, strict=False):
        axes.axis("on")
        axes.set(xticks=[], yticks=[])
        if not draw_example(axes, distilled.task, distilled.state, example, target):
            draw_array(axes, example)
            axes.set_title(distilled.task.describe_target(target))
    figure.suptitle(title)
    save_figure(figure, path)


def is_image(shape: tuple[int, ...]) -> bool:
    """Whether an input can be shown as a picture: grey or in colour."""
    return len(shape) == 3 and shape[-1] in (1, 3)


def image_columns(size: int) -> int:
    """Columns of a grid of so many images: five for ten, ten for many."""
    return min(size, 5 if size <= 10 else 10)


def save_figure(figure: Any, path: Path) -> None:
    """Writes a figure atomically, the same figure always as the same bytes."""
    import matplotlib.pyplot as plt

    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120, metadata={"Software": None})
    plt.close(figure)
    write_atomically(path, content.getvalue())


def draw_array(axes: Any, example: np.ndarray) -> None:
    """Any input: a short vector as bars and numbers, else an image, channels side by side."""
    example = np.atleast_1d(example)
    if example.ndim == 1 and example.size <= _MOST_BARS:
        places = np.arange(example.size)
        bars = axes.barh(places, example, color="#2980b9")
        axes.bar_label(bars, labels=[f"{value:.2f}" for value in example], padding=3)
        axes.axvline(0, color="#7f8c8d", linewidth=1)
        axes.invert_yaxis()
        axes.margins(x=0.3)
        return
    if is_image(example.shape):
        low, high = float(example.min()), float(example.max())
        axes.imshow((example - low) / max(high - low, 1e-9), cmap="gray")
        return
    if example.ndim == 3:
        example = np.concatenate(list(np.moveaxis(example, -1, 0)), axis=1)
    axes.imshow(example.reshape(example.shape[0], -1), aspect="auto", cmap="coolwarm")
