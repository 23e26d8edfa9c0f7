"""Scenes on matplotlib axes: sharp at any size, for papers and pages."""

from typing import Any

from hadax.pictures.scenes.scene import Cells, Polygon, Scene

_OUTLINE_POINTS = 0.7


def draw_scene(axes: Any, scene: Scene) -> None:
    """Draws a scene, its window the axes' limits."""
    from matplotlib.patches import Polygon as Patch

    for shape in scene.shapes:
        if isinstance(shape, Polygon):
            fill, line = shape.fill or "none", shape.outline or "none"
            style = {"facecolor": fill, "edgecolor": line, "linewidth": _OUTLINE_POINTS}
            axes.add_patch(Patch(shape.points, closed=True, **style))
        else:
            _draw_cells(axes, shape)
    window = scene.window
    axes.set(xlim=(window.left, window.right), ylim=(window.bottom, window.top), aspect="equal")


def _draw_cells(axes: Any, cells: Cells) -> None:
    height, width = cells.colours.shape[:2]
    axes.imshow(cells.colours, extent=(0, width, 0, height), interpolation="nearest")
