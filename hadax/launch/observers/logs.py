"""Every generation's metrics, with what follows from several, in each of the logs named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hadax.core.run.loop import Observer, Report
from hadax.core.types import Document
from hadax.launch.observers import to_tensorboard
from hadax.launch.observers.derived import Derived
from hadax.launch.observers.metrics_file import MetricsFile
from hadax.launch.observers.to_wandb import WandbLog

METRICS = "metrics.csv"
"""The file in a run's folder that has a row a generation."""


class Log(Observer, Protocol):
    """An observer that is told when there is no more."""

    def close(self) -> None:
        """Keeps what is not kept yet."""


@dataclass
class Logs:
    """Gives each report to several logs, more metrics in it.

    Attributes:
      derived: adds those.
      logs: in the order in which they are told.
    """

    derived: Derived
    logs: Sequence[Log]

    def observe(self, report: Report) -> None:
        """Tells all of a generation."""
        more = self.derived.with_derived(report)
        for log in self.logs:
            log.observe(more)

    def close(self) -> None:
        """Lets every log keep what it has not kept yet."""
        for log in self.logs:
            log.close()


def open_log(name: str, folder: Path, keep: int, config: Document) -> Log:
    """One of a run's logs.

    Args:
      name: one of hadax.launch.observers.config.LOGS.
      folder: the run's.
      keep: generations already done; what was logged after them is dropped where it can be.
      config: the search's settings.

    Raises:
      UsageError: it does not let itself be opened.
    """
    return (
        to_tensorboard.TensorBoardLog(folder / to_tensorboard.FOLDER, keep)
        if name == "tensorboard"
        else (WandbLog(folder, config) if name == "wandb" else MetricsFile(folder / METRICS, keep))
    )
