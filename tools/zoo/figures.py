"""The pictures of docs/zoo.md: each entry's examples, and its learning curve."""

from dataclasses import replace
from pathlib import Path

from hadax import zoo
from hadax.core.dataset import Dataset
from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import load
from hadax.launch.search.presenting.comparison import draw_entry_curve
from hadax.pictures.arrays import is_image
from hadax.pictures.datasets import draw_dataset

FOLDER = "images/zoo"
"""Where the pictures are, as the page sees it."""

PICTURE, CURVE = ".png", "-curve.png"
"""What follows an entry's stem in their names."""

_MOST_POSES = 8


def draw_missing(entry: zoo.Entry, folder: Path, redraw: bool) -> None:
    """Draws an entry's pictures that are missing, or older than its artifact.

    Args:
      entry: the entry.
      folder: for them; made when it is not there.
      redraw: draws them in any case.
    """
    folder.mkdir(parents=True, exist_ok=True)
    artifact = zoo.path_of(entry.name)
    stem = artifact.stem
    drawn = {folder / f"{stem}{CURVE}": draw_curve}
    if entry.pairs:
        drawn[folder / f"{stem}{PICTURE}"] = draw_examples
    for path, draw in drawn.items():
        if redraw or not path.exists() or path.stat().st_mtime < artifact.stat().st_mtime:
            draw(entry, path)


def draw_examples(entry: zoo.Entry, path: Path) -> None:
    """Draws the examples of a dataset; of a large one for control the first."""
    distilled = load(f"zoo:{entry.name}")
    assert isinstance(distilled, Distilled)
    title = f"{entry.name}: {entry.score}"
    data = distilled.dataset
    if data.size > _MOST_POSES and not is_image(data.inputs.shape[1:]):
        first = Dataset(data.inputs[:_MOST_POSES], data.targets[:_MOST_POSES])
        title += f"; the first {_MOST_POSES} of {data.size}"
        distilled = replace(distilled, dataset=first)
    draw_dataset(distilled, path, title)


def draw_curve(entry: zoo.Entry, path: Path) -> None:
    """Draws an entry's learning curve, the published one beside it at equal environment steps."""
    draw_entry_curve(entry, load(f"zoo:{entry.name}"), path)
