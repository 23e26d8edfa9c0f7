"""How images evolved: a strip from before to after, and a film of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.storage.files import write_atomically
from hadax.distilled.distilled import Distilled
from hadax.pictures.datasets import image_columns
from hadax.pictures.encoding import animated
from hadax.pictures.figures import new_figure, save_figure
from hadax.pictures.snapshot import Snapshot

# Rows of the strip: before, three between, after.
_ROWS = 5
_MOST_COLUMNS = 10
# An image is drawn about so high, in pixels.
_SIDE = 84
_GAP, _CAPTION, _CAPTION_SIZE = 3, 22, 14
_MOST_FRAMES, _COLOURS = 40, 64
_FRAME_MILLISECONDS, _LAST_MILLISECONDS = 150, 2500


def draw_strip(distilled: Distilled, snapshots: Sequence[Snapshot], path: Path, title: str) -> None:
    """Draws the first examples before the search, on the way, and after, a row each."""
    shown = _spread(snapshots, _ROWS)
    columns = min(_MOST_COLUMNS, len(shown[0].inputs))
    size = (1.5 * columns + 0.8, 1.75 * len(shown) + 0.5)
    figure, grid = new_figure(size, len(shown), columns)
    for row, snapshot in zip(grid, shown, strict=True):
        row[0].set_ylabel(_when(snapshot, shown))
        for axes, example, target in zip(row, snapshot.inputs, snapshot.targets, strict=False):
            axes.set(xticks=[], yticks=[])
            axes.imshow(brightness(distilled, example), cmap="gray", vmin=0, vmax=1)
            axes.set_title(distilled.task.describe_target(target), fontsize=8)
    figure.suptitle(title)
    save_figure(figure, path)


def draw_film(distilled: Distilled, snapshots: Sequence[Snapshot], path: Path) -> None:
    """Draws all examples as a grid, a frame for every snapshot, into an animated GIF."""
    chosen = _spread(snapshots, _MOST_FRAMES)
    frames = [_frame(distilled, snapshot) for snapshot in chosen]
    write_atomically(path, animated("GIF", frames, _FRAME_MILLISECONDS, _LAST_MILLISECONDS))


def brightness(distilled: Distilled, example: NDArray[np.float32]) -> NDArray[np.float32]:
    """An image as one would see it, in [0, 1]: [height, width, 1 or 3].

    Synthetic images may be darker than black and brighter than white; their whole range is shown.
    """
    seen = np.asarray(distilled.task.restore(distilled.state, jnp.asarray(example)), np.float32)
    low, high = min(0.0, float(seen.min())), max(1.0, float(seen.max()))
    return (seen - low) / (high - low)


def _spread(snapshots: Sequence[Snapshot], most: int) -> list[Snapshot]:
    """At most so many of them, evenly spread, the first and the last among them."""
    places = np.unique(np.linspace(0, len(snapshots) - 1, most).round().astype(int))
    return [snapshots[place] for place in places]


def _when(snapshot: Snapshot, shown: Sequence[Snapshot]) -> str:
    if snapshot is shown[0]:
        return "before" if snapshot.generation == 0 else f"generation {snapshot.generation}"
    return "after" if snapshot is shown[-1] else f"generation {snapshot.generation}"


def _frame(distilled: Distilled, snapshot: Snapshot) -> Any:
    """One frame: the grid, and the generation below it."""
    from PIL import Image, ImageDraw, ImageFont

    images = [_pixels(distilled, example) for example in snapshot.inputs]
    columns = image_columns(len(images))
    rows = -(-len(images) // columns)
    height, width = (side + _GAP for side in images[0].shape[:2])
    size = (columns * width + _GAP, rows * height + _GAP + _CAPTION)
    frame = Image.new("RGB", size, "white")
    for place, image in enumerate(images):
        row, column = divmod(place, columns)
        frame.paste(Image.fromarray(image), (_GAP + column * width, _GAP + row * height))
    caption = (_GAP, size[1] - _CAPTION)
    font, words = ImageFont.load_default(_CAPTION_SIZE), f"generation {snapshot.generation}"
    ImageDraw.Draw(frame).text(caption, words, fill="black", font=font)
    return frame.quantize(_COLOURS)


def _pixels(distilled: Distilled, example: NDArray[np.float32]) -> NDArray[np.uint8]:
    """An image enlarged, in colour: uint8 [scale * height, scale * width, 3]."""
    pixels = np.rint(255 * brightness(distilled, example)).astype(np.uint8)
    height, width = pixels.shape[:2]
    scale = max(1, round(_SIDE / height))
    large = pixels.repeat(scale, 0).repeat(scale, 1)
    return np.broadcast_to(large, (scale * height, scale * width, 3))
