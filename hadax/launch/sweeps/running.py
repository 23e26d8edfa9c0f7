"""A sweep from its cells to its table: runs what is missing, reads what is there."""

import contextlib
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hadax.core.errors import UsageError, reason
from hadax.core.storage.files import write_atomically
from hadax.core.words.saying import Say
from hadax.launch.search.run_folder.file_names import CONFIG
from hadax.launch.search.run_folder.folder import refuse_other
from hadax.launch.search.run_folder.lock import lock
from hadax.launch.search.run_folder.same_search import RunConfigError
from hadax.launch.sweeps import tables
from hadax.launch.sweeps.cells import Cell
from hadax.launch.sweeps.figure import draw
from hadax.launch.sweeps.launchers import Job, Launcher
from hadax.launch.sweeps.outcomes import DONE, FAILED, Outcome, outcome_of
from hadax.launch.sweeps.summary import Line, lines

_TABLE = "table.txt"


@dataclass(frozen=True)
class Sweep:
    """What the searches of a sweep came to.

    Attributes:
      folder: the sweep's; each search has a folder of its own in `cells/`.
      outcomes: of every search, in the grid's order.

    Examples:
      >>> from pathlib import Path
      >>> from hadax import Sweep
      >>> Sweep(Path("nowhere"), ()).failed
      ()
    """

    folder: Path
    outcomes: tuple[Outcome, ...] = field(repr=False)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The table's: what differs in its seed alone is one of them."""
        return lines(self.outcomes) if self.outcomes else ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The searches that failed."""
        return tuple(each for each in self.outcomes if each.status == FAILED)

    @property
    def complete(self) -> bool:
        """Whether every search is done."""
        return all(each.status == DONE for each in self.outcomes)

    def __str__(self) -> str:
        """The table."""
        return tables.as_text(self.lines)


def run_sweep(cells: Sequence[Cell], root: Path, launcher: Launcher | None, say: Say) -> Sweep:
    """Runs the cells that are not done, and writes what all of them say; or only looks.

    Args:
      cells: the searches.
      root: the sweep's folder, made when missing.
      launcher: runs them; None runs and writes nothing, and tells what is there.
      say: is given a line for each search that is over, and for each file.

    Raises:
      UsageError: the folder cannot be made, or is not there to look into, or another sweep runs
        in it, or a cell's holds another search.
      KeyboardInterrupt: somebody stopped it; the same sweep goes on.
    """
    if launcher is None and not root.is_dir():
        raise UsageError(f"--workdir={root}: no sweep is there")
    with ExitStack() as held:
        if launcher is not None:
            refuse_others(root, cells)
            held.callback(lock(root))
        found = {cell.name: outcome_of(cell, folder_of(root, cell)) for cell in cells}
        missing = [cell for cell in cells if found[cell.name].status != DONE]
        if launcher is not None and missing:
            say(f"{len(cells)} searches, {len(cells) - len(missing)} done already")
            over = len(cells) - len(missing)

            def ended(job: Job, why: str) -> None:
                nonlocal over
                over += 1
                outcome = outcome_of(job.cell, job.folder, why)
                found[job.cell.name] = outcome
                say(f"{over} of {len(cells)}: {job.cell.name}: {_told(outcome)}")

            jobs = [job_of(root, cell) for cell in missing]
            launcher.run(jobs, ended)
        sweep = Sweep(root, tuple(found[cell.name] for cell in cells))
        if launcher is not None:
            _write(sweep, say)
        return sweep


def refuse_others(root: Path, cells: Sequence[Cell]) -> None:
    """Refuses a sweep where a cell's folder holds another search, before anything is written.

    What a damaged config says is not known; its search tells of it, and ends no other.

    Args:
      root: the sweep's folder.
      cells: the searches.

    Raises:
      UsageError: names the setting, and the cell's folder.
    """
    for cell in cells:
        folder = folder_of(root, cell)
        if not (folder / CONFIG).exists():
            continue
        with contextlib.suppress(RunConfigError):
            refuse_other(folder, cell.resolved.config)


def folder_of(root: Path, cell: Cell) -> Path:
    """The folder of a cell in the sweep's folder, `root`."""
    return root / "cells" / cell.name


def job_of(root: Path, cell: Cell) -> Job:
    """What is to run for a cell of the sweep in the folder `root`: the same Python and hadax."""
    module, folder = f"hadax.launch.{cell.resolved.config.verb}", folder_of(root, cell)
    command = (sys.executable, "-m", module, *cell.arguments, f"--workdir={folder}")
    return Job(cell, folder, root / "logs" / f"{cell.name}.txt", command)


def _told(outcome: Outcome) -> str:
    if outcome.status == DONE:
        return f"score {outcome.score}"
    return f"failed: {outcome.reason or 'it left no result'}"


def _write(sweep: Sweep, say: Say) -> None:
    """The table as text, CSV and JSON, and the figure, whose failure costs a line."""
    document = json.dumps(tables.as_document(sweep.outcomes, sweep.lines), indent=2)
    written = {
        _TABLE: f"{sweep}\n",
        "table.csv": tables.as_csv(sweep.lines),
        "cells.csv": tables.cells_as_csv(sweep.outcomes),
        "sweep.json": f"{document}\n",
    }
    for name, text in written.items():
        write_atomically(sweep.folder / name, text.encode())
    say(f"wrote {', '.join(str(sweep.folder / name) for name in written)}")
    if not any(line.mean for line in sweep.lines):
        return
    path = sweep.folder / "scores.png"
    try:
        draw(sweep.lines, path)
    except Exception as error:
        say(f"no {path.name}: {reason(error)}")
        return
    say(f"wrote {path}")
