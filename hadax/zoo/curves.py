"""Learning curves of entries: how good the evolved mean was after how many environment steps."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hadax.core.errors import UsageError
from hadax.core.storage.files import write_atomically

COLUMNS = ("generation", "environment_steps", "evolved_mean")
"""A curve's file has these, one row an evaluation of the evolved mean."""


@dataclass(frozen=True)
class Point:
    """One evaluation on the way.

    Attributes:
      generation: after this many.
      environment_steps: after this many, at most; 0 for tasks without episodes.
      evolved_mean: fitness of the evolved mean.
    """

    generation: int
    environment_steps: int
    evolved_mean: float


def read_curve(path: Path) -> tuple[Point, ...]:
    """The points of a curve's file.

    Raises:
      UsageError: the file is missing or damaged; one line that names it.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [[row[name] for name in COLUMNS] for row in csv.DictReader(file)]
        return tuple(Point(int(row[0]), int(row[1]), float(row[2])) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a learning curve ({error})") from error


def write_curve(path: Path, points: Iterable[Point]) -> None:
    """Writes a curve's file, atomically."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (point.generation, point.environment_steps, f"{point.evolved_mean:.6g}") for point in points
    )
    write_atomically(path, text.getvalue().encode())
