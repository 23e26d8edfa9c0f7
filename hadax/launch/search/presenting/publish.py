"""What is written of a result: the artifact first, then its pictures and its report."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from hadax.core.errors import reason
from hadax.core.words.saying import Say, quiet
from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import Loaded
from hadax.distilled.score import PLAYED
from hadax.launch.observers.logs import METRICS
from hadax.launch.observers.metrics_file import Row, read_metrics
from hadax.launch.observers.snapshots import FOLDER, read_snapshots
from hadax.launch.search.run_folder.file_names import (
    DATASET_PICTURE,
    FILM,
    LEARNING_CURVE,
    REPORT,
    STRIP,
)
from hadax.launch.search.run_folder.folder import member_folder
from hadax.pictures.snapshot import Snapshot

_Draw: TypeAlias = Callable[[Path], None]


@dataclass(frozen=True)
class Course:
    """What happened on the way to a result.

    Attributes:
      rows: metrics of the search, a generation each.
      snapshots: datasets on its way.
      command: that made it; "" for what its header tells.
    """

    rows: Sequence[Row] = ()
    snapshots: Sequence[Snapshot] = ()
    command: str = ""


def publish(
    result: Loaded, path: Path, course: Callable[[], Course], say: Say, pictures: bool = True
) -> None:
    """Writes a measured result with its pictures, and says what was written.

    The result first: whatever fails after it costs a line.

    Args:
      result: what was found, with its score.
      path: the file to write; pictures go beside it.
      course: tells how it was found; asked once the result is written.
      say: is given a line for the score and for each file.
      pictures: whether to draw any.
    """
    result.save(path)
    say(f"score: {result.score}")
    if result.score is not None and result.score.returns is not None:
        say(f"returns: {result.score.returns}")
    if result.header.played is not None:
        say(f"played: {result.header.played}, {PLAYED}")
    _say_written(path, say)
    if pictures:
        for name, draw in _pictures(result, course, say).items():
            _draw(draw, path.parent / name, say)


def publish_missing(result: Loaded, folder: Path, course: Callable[[], Course], say: Say) -> None:
    """Draws the pictures that a run had no time to draw after it wrote its result.

    Args:
      result, course, say: as for `publish`.
      folder: where the pictures belong.
    """
    drawn = False
    for name, draw in _pictures(result, course, say).items():
        # The report comes last, and shows the others.
        if not (folder / name).exists() or (drawn and name == REPORT):
            _draw(draw, folder / name, say)
            drawn = True


def _draw(draw: _Draw, path: Path, say: Say) -> None:
    """Draws one picture; says why where it cannot be drawn."""
    from hadax.pictures.figures import require_plotting

    try:
        require_plotting()
        draw(path)
    except Exception as error:
        say(f"no {path.name}: {reason(error)}")
        return
    _say_written(path, say)


def _say_written(path: Path, say: Say) -> None:
    say(f"wrote {path} ({path.stat().st_size:,} bytes)")


def _pictures(result: Loaded, course: Callable[[], Course], say: Say) -> dict[str, _Draw]:
    """How each picture of a result is drawn, by its file's name; none, in a line, if that fails."""
    try:
        return _drawn(result, course(), say)
    except Exception as error:
        say(f"no pictures: {reason(error)}")
        return {}


def _drawn(result: Loaded, course: Course, say: Say) -> dict[str, _Draw]:
    from hadax.launch.search.presenting.comparison import scale_of
    from hadax.pictures import curves, datasets, films

    title = f"{result.header.task.task}: {result.score}"
    pictures: dict[str, _Draw] = {}
    if isinstance(result, Distilled):
        pictures[DATASET_PICTURE] = partial(datasets.draw_dataset, result, title=title)
        if course.snapshots:
            snapshots = course.snapshots
            pictures[STRIP] = partial(films.draw_strip, result, snapshots, title=title)
            pictures[FILM] = partial(films.draw_film, result, snapshots)
    if course.rows:
        pictures[LEARNING_CURVE] = partial(
            curves.draw_learning_curve, course.rows, title=title, scale=scale_of(result)
        )
    # Last: it shows the others.
    pictures[REPORT] = partial(_report, result, course.command, say)
    return pictures


def report_on(
    result: Loaded, place: Path | str | None, path: Path, films: bool | None, say: Say
) -> None:
    """Writes a report anew, with pictures of its own where no folder has any.

    Args:
      result: what it is of.
      place: the folder of the run that made it, with pictures, metrics and tables; or the name of
        an entry of the zoo, which has nothing but a learning curve; None for what has not even
        that.
      path: the page.
      films: as in `reporting.Sources`.
      say: is given a line for what was written or is missing.
    """
    from hadax.launch.search.presenting import reporting
    from hadax.launch.search.presenting.comparison import draw_entry_curve
    from hadax.zoo.shipped import entry

    with tempfile.TemporaryDirectory() as temporary:
        folder = place if isinstance(place, Path) else Path(temporary)
        pictures = _pictures(result, partial(_course_to, result, folder), say)
        pictures.pop(REPORT, None)
        if isinstance(place, str):
            pictures[LEARNING_CURVE] = partial(draw_entry_curve, entry(place), result)
        for name, draw in pictures.items():
            # The examples are quickly drawn, and are then those of this very result.
            if name == DATASET_PICTURE or not (folder / name).exists():
                _draw(draw, folder / name, say if isinstance(place, Path) else quiet)
        sources = reporting.Sources(folder, films=films)
        reporting.write_report(result, sources, path)
    for note in sources.notes:
        say(note)
    _say_written(path, say)


def course_in(folder: Path) -> Course:
    """What happened in a search's folder."""
    return Course(read_metrics(folder / METRICS), read_snapshots(folder / FOLDER))


def _course_to(result: Loaded, root: Path) -> Course:
    """What the folder of a run tells of its course; of several searches, of the winner's."""
    own = member_folder(root, result.header.seed)
    return course_in(own if own.is_dir() else root)


def _report(result: Loaded, command: str, say: Say, path: Path) -> None:
    from hadax.launch.search.presenting import reporting

    sources = reporting.Sources(path.parent, command)
    reporting.write_report(result, sources, path)
    for note in sources.notes:
        say(note)
