"""matplotlib figures without pyplot: no global state, no backend, no screen."""

import importlib.util
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hadax.core.errors import UsageError
from hadax.core.storage.files import ending_of, expanded, require_folder, write_atomically

_DOTS_PER_INCH = 200


@dataclass(frozen=True)
class Picture:
    """A drawn figure, which notebooks show by themselves.

    Attributes:
      png: the file's bytes.
      shown: whether a notebook has shown it already.
    """

    png: bytes
    shown: bool = False

    def save(self, path: str | Path) -> Path:
        """Writes the picture, atomically, and gives its path.

        Raises:
          UsageError: another ending than .png, or no folder to write in.
        """
        place = expanded(path)
        if ending_of(place) != ".png":
            raise UsageError(f"{place}: pictures are .png")
        require_folder(place)
        write_atomically(place, self.png)
        return place

    def _repr_png_(self) -> bytes | None:
        return None if self.shown else self.png

    def __repr__(self) -> str:
        """What a terminal shows."""
        return f"<picture of {len(self.png):,} bytes; .save(path) writes it>"


def plotting_available() -> bool:
    """Whether matplotlib is installed (the extra `plot`)."""
    return importlib.util.find_spec("matplotlib") is not None


def require_plotting() -> None:
    """Refuses to go on without matplotlib.

    Raises:
      UsageError: says how to install it.
    """
    if not plotting_available():
        raise UsageError("pictures need matplotlib; pip install 'hadax[plot]'")


def new_figure(size: tuple[float, float], rows: int = 1, columns: int = 1) -> tuple[Any, Any]:
    """A figure and its axes.

    Args:
      size: width and height in inches.
      rows: of axes.
      columns: of axes.

    Returns:
      A matplotlib Figure, and its axes as an array [rows, columns].
    """
    figure = empty_figure(size)
    return figure, figure.subplots(rows, columns, squeeze=False)


def empty_figure(size: tuple[float, float]) -> Any:
    """A figure without axes, of a width and a height in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")


def bare_figure(size: tuple[float, float]) -> tuple[Any, Any]:
    """A figure of one pair of axes, and those; `size` is its width and height in inches."""
    figure, ((axes,),) = new_figure(size)
    return figure, axes


def as_picture(figure: Any) -> Picture:
    """A figure as PNG, the same figure always as the same bytes."""
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return Picture(content.getvalue())


def save_figure(figure: Any, path: Path) -> None:
    """Writes a figure as PNG, atomically."""
    as_picture(figure).save(path)
