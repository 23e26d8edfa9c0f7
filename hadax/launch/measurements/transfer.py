"""`hadax-evaluate --transfer`: a dataset on other learners, as lines, a table and heat maps."""

from pathlib import Path

from hadax.core.errors import UsageError
from hadax.core.storage.files import expanded
from hadax.distilled.distilled import Distilled
from hadax.distilled.files.places import ZOO, file_at
from hadax.distilled.shares import told_share
from hadax.distilled.transfer.neighbours import describe_change
from hadax.distilled.transfer.study import Measured, Study, study
from hadax.distilled.transfer.study_file import write_study
from hadax.launch.measurements.sheet import Sheet
from hadax.launch.search.run_folder.file_names import TRANSFER_PICTURE, TRANSFER_TABLE
from hadax.pictures.figures import plotting_available
from hadax.pictures.transfer import draw_study

_THRESHOLD = 0.8


def print_transfer(
    name: str,
    distilled: Distilled,
    groups: tuple[str, ...],
    how: tuple[int, int, int],
    place: Path,
    sheet: Sheet,
) -> None:
    """Measures, prints a line a setting, and writes transfer.csv and transfer.png.

    Args:
      name: the dataset, as it was asked for.
      distilled: it.
      groups: what is varied.
      how: seed, networks and episodes.
      place: the folder where the files go, as `transfer_folder` makes it.
      sheet: takes note of each setting's score.
    """
    made = study(name, distilled, groups, *how, _print_row)
    for row in made.rows:
        sheet.add(_words(row), row.score)
    _print_summary(made, groups)
    write_study(place / TRANSFER_TABLE, made)
    print(f"wrote {place / TRANSFER_TABLE}")
    if plotting_available():
        draw_study(made, place / TRANSFER_PICTURE)
        print(f"wrote {place / TRANSFER_PICTURE}")


def transfer_folder(name: str, folder: str | None) -> Path:
    """Where a study's files go, made.

    Args:
      name: the dataset, as it was asked for.
      folder: the one that was asked for; None for the artifact's own, or a run's for the zoo's.

    Raises:
      UsageError: it cannot be made.
    """
    if folder is not None:
        place = expanded(folder)
    elif name.startswith(ZOO):
        place = Path("runs") / f"transfer-{name.removeprefix(ZOO).replace('/', '-')}"
    else:
        place = file_at(name).parent
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--transfer_out={place}: {error.strerror or error}") from error
    return place


def _print_row(row: Measured) -> None:
    print(f"  {_words(row):<52} {row.score.spread:>18} {told_share(row.share):>6}", flush=True)


def _words(row: Measured) -> str:
    cell = row.cell
    return f"label_noise {cell.noise:g}" if cell.noise else describe_change(cell.change)


def _print_summary(made: Study, groups: tuple[str, ...]) -> None:
    """How many settings keep most of what the dataset earns above acting at random."""
    print(f"own {made.own.spread}, at random {made.random:.4g}")
    if not made.has_shares:
        print("no shares: its own score is not above acting at random")
        return
    for group in (*groups, ""):
        kept, count = made.keeping(_THRESHOLD, group)
        share = kept / max(1, count)
        print(f"{kept} of {count} ({share:.0%}) keep {_THRESHOLD:.0%}: {group or 'all'}")
