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
from hadax.zoo.entry import file_stem

FOLDER = "images/zoo"
"""Where the pictures are, as the page sees it."""

PICTURE, CURVE = ".png", "-curve.png"
"""What follows an entry's stem in their names."""

_MOST_POSES = 8


def draw_missing(entry: zoo.Entry, folder: Path, redraw: bool) -> None:
    """Draws an entry's pictures that are missing.

    How old files are says nothing: in a clone all are of one moment, in the order of their names.

    Args:
      entry: the entry.
      folder: for them; made when it is not there.
      redraw: draws them in any case.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = file_stem(entry.name)
    drawn = {folder / f"{stem}{CURVE}": draw_curve}
    if entry.pairs:
        drawn[folder / f"{stem}{PICTURE}"] = draw_examples
    for path, draw in drawn.items():
        if redraw or not path.exists():
            draw(entry, path)


def forget(name: str, folder: Path) -> None:
    """Removes the pictures in `folder` of an entry that is no more, or is another one now."""
    for ending in (PICTURE, CURVE):
        (folder / f"{file_stem(name)}{ending}").unlink(missing_ok=True)


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
