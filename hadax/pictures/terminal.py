"""A dataset on a terminal: small pictures of coloured or shaded blocks, and a table."""

import os
import shutil
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hadax.distilled.distilled import Distilled
from hadax.pictures.arrays import is_picture
from hadax.pictures.poses import seen
from hadax.pictures.rows import as_text
from hadax.pictures.scenes.raster import rasterised
from hadax.pictures.scenes.views import stage_of

_COLUMNS, _GAP = 34, 2
_MOST_PICTURES, _MOST_ROWS = 12, 16
_SHADES = " ░▒▓█"
_RESET = "\x1b[0m"


def preview(distilled: Distilled, colour: bool, width: int = 0) -> str:
    """The first examples as pictures side by side, where they can be drawn, then a table.

    Args:
      distilled: has them.
      colour: whether the terminal shows colours; otherwise ink is shaded.
      width: of the terminal in letters; 0 asks it.
    """
    width = width or shutil.get_terminal_size().columns
    beside = max(1, (width + _GAP) // (_COLUMNS + _GAP))
    inputs = seen(distilled.task, distilled.state, distilled.dataset.inputs[:_MOST_PICTURES])
    drawn = [_drawn(distilled, each) for each in inputs]
    bands = []
    pictures = [(place, image) for place, image in enumerate(drawn) if image is not None]
    for start in range(0, len(pictures), beside):
        bands.append(_band(distilled, pictures[start : start + beside], colour))
    return "\n".join([*bands, as_text(distilled, _MOST_ROWS)])


def shows_colours() -> bool:
    """Whether standard output is a terminal that nobody asked to be without colours."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _drawn(distilled: Distilled, example: NDArray[np.float32]) -> Any:
    """A pillow image of an example; None where there are only numbers."""
    from PIL import Image

    if is_picture(distilled.task):
        low, high = min(0.0, float(example.min())), max(1.0, float(example.max()))
        pixels = np.rint(255 * (example - low) / (high - low)).astype(np.uint8)
        return Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
    stage = stage_of(distilled.task.pose)
    return None if stage is None else rasterised(stage(example, True), 10 * _COLUMNS)


def _band(distilled: Distilled, pictures: list[tuple[int, Any]], colour: bool) -> str:
    """Pictures side by side, each below its number and its target."""
    columns = []
    for place, image in pictures:
        target = np.asarray(distilled.dataset.targets[place])
        caption = f"{place}: {distilled.task.describe_target(target)}"[:_COLUMNS]
        columns.append([caption.ljust(_COLUMNS), *_blocks(image, colour)])
    height = max(map(len, columns))
    padded = [[*lines, *[" " * _COLUMNS] * (height - len(lines))] for lines in columns]
    rows = zip(*padded, strict=True)
    return "\n".join((" " * _GAP).join(row).rstrip() for row in rows) + "\n"


def _blocks(image: Any, colour: bool) -> list[str]:
    """An image as lines of letters, two pixels a letter where there are colours."""
    lines = max(1, round(_COLUMNS * image.height / image.width / 2))
    if colour:
        pixels = np.asarray(image.resize((_COLUMNS, 2 * lines)), int)
        return [
            "".join(map(_half, *pair)) + _RESET
            for pair in zip(pixels[::2], pixels[1::2], strict=True)
        ]
    ink = np.asarray(image.convert("L").resize((_COLUMNS, lines)), float) / 255
    if np.median(ink) > 0.5:
        ink = 1 - ink
    shades = np.minimum((ink * 2.2 * len(_SHADES)).astype(int), len(_SHADES) - 1)
    return ["".join(_SHADES[shade] for shade in row) for row in shades]


def _half(above: NDArray[Any], below: NDArray[Any]) -> str:
    (r, g, b), (x, y, z) = above, below
    return f"\x1b[38;2;{r};{g};{b};48;2;{x};{y};{z}m▀"
