"""What is written of a result: the artifact first, then its pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import Loaded
from hadax.launch.observers.metrics_file import Row
from hadax.pictures.snapshot import Snapshot

Say = Callable[[str], None]
"""Tells a person a line."""


@dataclass(frozen=True)
class Course:
    """What happened on the way to a result.

    Attributes:
      rows: metrics of the search, a generation each.
      snapshots: datasets on its way.
    """

    rows: Sequence[Row] = ()
    snapshots: Sequence[Snapshot] = ()


def publish(result: Loaded, path: Path, course: Course, say: Say) -> None:
    """Writes a measured result with its pictures, and says what was written.

    A picture that cannot be drawn costs a line, not the result.

    Args:
      result: what was found, with its score.
      path: the file to write; pictures go beside it.
      course: how it was found.
      say: is given a line for the score and for each file.
    """
    result.save(path)
    say(f"score: {result.score}")
    for written in (path, *_drawn(result, path.parent, course, say)):
        say(f"wrote {written} ({written.stat().st_size:,} bytes)")


def _drawn(result: Loaded, folder: Path, course: Course, say: Say) -> list[Path]:
    """The pictures there are; says why where there are none."""
    from hadax.pictures.figures import require_plotting

    try:
        require_plotting()
        return _draw(result, folder, course)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        say(f"no pictures: {reason}")
        return []


def _draw(result: Loaded, folder: Path, course: Course) -> list[Path]:
    from hadax.pictures import curves, datasets, films

    title, drawn = f"{result.header.task.task}: {result.score}", []
    if isinstance(result, Distilled):
        drawn.append(folder / "dataset.png")
        datasets.draw_dataset(result, drawn[-1], title)
    if isinstance(result, Distilled) and course.snapshots:
        drawn += [folder / "evolution.png", folder / "evolution.gif"]
        films.draw_strip(result, course.snapshots, drawn[-2], title)
        films.draw_film(result, course.snapshots, drawn[-1])
    if course.rows:
        drawn.append(folder / "learning_curve.png")
        curves.draw_learning_curve(course.rows, drawn[-1], title)
    return drawn
