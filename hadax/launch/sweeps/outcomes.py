"""What became of each search of a sweep, as its folder tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hadax.core.errors import UsageError
from hadax.distilled.files.header import Header, read
from hadax.distilled.score import Score
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.file_names import CONFIG
from hadax.launch.search.run_folder.folder import document_of, result_path, seconds_in
from hadax.launch.search.run_folder.same_search import (
    FREE,
    differences,
    goes_on,
    leaves,
    measured_so,
    read_config,
)
from hadax.launch.sweeps.cells import Cell

DONE, FAILED, MISSING = "done", "failed", "missing"

WITHOUT_EFFECT = FREE - frozenset(("score_networks", "score_episodes", "stop_at", "budget"))
"""Settings that leave a result the same, up to rounding; those left out a search may change."""


@dataclass(frozen=True)
class Outcome:
    """What became of a cell.

    Attributes:
      cell: the search.
      folder: its own.
      status: DONE, FAILED or MISSING.
      reason: why it failed, in a line; "" where it did not.
      score: of the result; None without.
      pairs: synthetic examples of the result; 0 for weights, and without a result.
      generation: of the mean that is the result; 0 without.
      seconds: of the search, of all its restarts, as metrics tell; 0 where they do not.
    """

    cell: Cell
    folder: Path
    status: str
    reason: str = ""
    score: Score | None = None
    pairs: int = 0
    generation: int = 0
    seconds: float = 0.0

    @property
    def task(self) -> str:
        """The task's name."""
        return self.cell.resolved.config.task.task


def outcome_of(cell: Cell, folder: Path, reason: str = "") -> Outcome:
    """What lies in a cell's folder.

    Args:
      cell: the search.
      folder: its own.
      reason: why it failed, where it was seen to.
    """
    config = cell.resolved.config
    header = None if reason else _header(folder, config)
    if header is None:
        return Outcome(cell, folder, FAILED if reason else MISSING, reason)
    return Outcome(
        cell=cell,
        folder=folder,
        status=DONE,
        score=header.score,
        pairs=header.examples,
        generation=header.generation,
        seconds=seconds_in(folder),
    )


def _header(folder: Path, config: SearchConfig) -> Header | None:
    """The result's description; None where the search is not over, or is another one."""
    path, settings = result_path(folder, config), folder / CONFIG
    if not (path.exists() and settings.exists()):
        return None
    try:
        header, _ = read(path)
        earlier = read_config(settings)
    except UsageError:
        return None
    if set(differences(earlier, leaves(document_of(config)))) - WITHOUT_EFFECT:
        return None
    return header if _ended_so(header.further, config) else None


def _ended_so(further: Mapping[str, Any], config: SearchConfig) -> bool:
    """Whether a result is of the whole search, measured as is asked.

    The folder's config is the newest search's, which may be under way there.
    """
    whole = "pace" in further and not goes_on(further, config)
    return whole and measured_so(further, config)
