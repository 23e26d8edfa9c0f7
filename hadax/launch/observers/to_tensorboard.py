"""Metrics as TensorBoard shows them."""

import math
from pathlib import Path

from hadax.core.run.loop import Report

FOLDER = "tensorboard"
"""Where they lie in a run's folder."""


class TensorBoardLog:
    """Writes every report's metrics as TensorBoard's scalars.

    Args:
      folder: where its files go; made when missing.
      keep: generations already done; what an interrupted run wrote after them is hidden.
    """

    def __init__(self, folder: Path, keep: int = 0) -> None:
        from tensorboardX import SummaryWriter

        # Even with none done: a run that was killed before its first checkpoint begins anew.
        self._writer = SummaryWriter(str(folder), purge_step=keep + 1)

    def observe(self, report: Report) -> None:
        """Writes one generation's scalars."""
        for name, value in scalars(report).items():
            self._writer.add_scalar(name, value, report.generation)

    def close(self) -> None:
        """Writes what is left."""
        self._writer.close()


def scalars(report: Report) -> dict[str, float]:
    """A report's finite numbers by name, that of the evolved mean among them."""
    values = dict(report.metrics)
    if report.evolved_fitness is not None:
        values["evolved_mean"] = report.evolved_fitness
    return {name: value for name, value in values.items() if math.isfinite(value)}
