"""Scenes as pixels, by pillow: quick enough for films."""

from typing import Any

import numpy as np

from hadax.pictures.scenes.scene import PAPER, Cells, Points, Polygon, Scene, Shape

# Drawn so many times larger and averaged, which makes edges smooth.
_FINER = 2
_OUTLINE_PIXELS = 3


def rasterised(scene: Scene, width: int) -> Any:
    """A scene as a pillow image of so many pixels' `width`, both sides even."""
    from PIL import Image, ImageDraw

    width, height = even(width), even(width / scene.window.aspect)
    large = Image.new("RGB", (_FINER * width, _FINER * height), PAPER)
    pen = ImageDraw.Draw(large)
    for shape in scene.shapes:
        _draw(large, pen, shape, scene)
    return large.reduce(_FINER)


def even(length: float) -> int:
    """The nearest even number of pixels, which films need; at least 2."""
    return max(2, 2 * round(length / 2))


def _draw(image: Any, pen: Any, shape: Shape, scene: Scene) -> None:
    if isinstance(shape, Polygon):
        _draw_polygon(image, pen, shape, scene)
    else:
        _paste_cells(image, shape)


def _draw_polygon(image: Any, pen: Any, polygon: Polygon, scene: Scene) -> None:
    pixels = _pixels(polygon.points, image.size, scene)
    if len(pixels) < 2:
        return
    flat = [(float(x), float(y)) for x, y in pixels]
    if polygon.fill:
        pen.polygon(flat, fill=polygon.fill)
    if polygon.outline:
        pen.line([*flat, flat[0]], fill=polygon.outline, width=_OUTLINE_PIXELS, joint="curve")


def _paste_cells(image: Any, cells: Cells) -> None:
    """Cells over the whole image, thin dark lines between them."""
    from PIL import Image, ImageDraw

    colours = np.rint(255 * cells.colours).astype(np.uint8)
    image.paste(Image.fromarray(colours).resize(image.size, Image.Resampling.NEAREST))
    height, width = colours.shape[:2]
    pen = ImageDraw.Draw(image)
    for line in range(1, width):
        x = round(line * image.size[0] / width)
        pen.line([(x, 0), (x, image.size[1])], fill="#1c1c1c", width=1)
    for line in range(1, height):
        y = round(line * image.size[1] / height)
        pen.line([(0, y), (image.size[0], y)], fill="#1c1c1c", width=1)


def _pixels(points: Points, size: tuple[int, int], scene: Scene) -> Points:
    """Points of the world [points, 2] in pixels, y down."""
    window = scene.window
    across = (points[:, 0] - window.left) / (window.right - window.left)
    down = (window.top - points[:, 1]) / (window.top - window.bottom)
    return np.stack([across * size[0], down * size[1]], axis=1)
