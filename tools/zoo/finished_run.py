"""A search's folder, of this hadax or an earlier one: its settings, its result, how it went."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hadax.core.errors import UsageError
from hadax.distilled.loading import Loaded, load
from hadax.launch.observers.logs import METRICS
from hadax.launch.observers.metrics_file import Row, read_metrics
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.file_names import CONFIG
from hadax.launch.search.run_folder.folder import result_path, seconds_in
from hadax.launch.search.run_folder.recorded import read_search
from hadax.launch.search.steps import steps_a_generation
from hadax.zoo.curves import Point


@dataclass(frozen=True)
class FinishedRun:
    """A folder that a search has left.

    Attributes:
      folder: the run's.
      config: its settings.
      artifact: its result's file.
      rows: its metrics, a generation each, at least one.
    """

    folder: Path
    config: SearchConfig
    artifact: Path
    rows: tuple[Row, ...]

    @cached_property
    def result(self) -> Loaded:
        """What it found.

        Raises:
          ArtifactError: the file is missing, damaged, or its task is not installed here.
        """
        return load(self.artifact)

    @property
    def generations(self) -> int:
        """Done in all."""
        return int(self.rows[-1]["generation"])

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of the search, those of all its parts and restarts."""
        return seconds_in(self.folder)

    @property
    def steps_a_generation(self) -> int:
        """Environment steps of a generation at most, every episode at its full horizon; 0 without.

        The evaluations of the evolved mean, one network's episodes each, are not among them.
        """
        return steps_a_generation(self.config, self.result.task)

    def curve(self, steps: int) -> tuple[Point, ...]:
        """The evolved mean over the search.

        Args:
          steps: environment steps of a generation.
        """
        return tuple(
            Point(
                int(row["generation"]), int(row["generation"]) * steps, float(row["evolved_mean"])
            )
            for row in self.rows
            if row["evolved_mean"]
        )


def read_run(folder: Path, artifact: Path | None = None) -> FinishedRun:
    """The run in a folder.

    Args:
      folder: the run's.
      artifact: in place of the result in the folder.

    Raises:
      UsageError: no run's folder, or nothing was done in it.
    """
    config = read_search(folder / CONFIG)
    rows = tuple(read_metrics(folder / METRICS))
    if not rows:
        raise UsageError(f"{folder / METRICS}: no generation in it")
    return FinishedRun(folder, config, artifact or result_path(folder, config), rows)
