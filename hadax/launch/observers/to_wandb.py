"""Metrics as Weights & Biases shows them, which also works offline (WANDB_MODE=offline)."""

import sys
import uuid
from pathlib import Path

from hadax.core.errors import UsageError, reason
from hadax.core.run.loop import Report
from hadax.core.storage.files import write_atomically
from hadax.core.types import Document
from hadax.launch.observers.to_tensorboard import scalars

FOLDER = "wandb"
"""Where its files lie in a run's folder."""

_PROJECT = "hadax"
_NAME = "run_id.txt"


class WandbLog:
    """Logs every report's metrics to a run of Weights & Biases; the same one when it goes on.

    The project is hadax's unless WANDB_PROJECT names another.

    Args:
      folder: the run's folder.
      config: the search's settings, as they are shown beside its curves.

    Raises:
      UsageError: nobody is logged in, or it cannot be reached.
    """

    def __init__(self, folder: Path, config: Document) -> None:
        import wandb

        self._lost = False
        (folder / FOLDER).mkdir(exist_ok=True)
        settings = wandb.Settings(silent=True)
        try:
            self._run = wandb.init(
                project=settings.project or _PROJECT,
                dir=str(folder),
                id=_run_id(folder / FOLDER / _NAME),
                name=folder.name,
                config=dict(config),
                resume="allow",
                settings=settings,
            )
        except (wandb.Error, OSError) as error:
            hint = "log in with `wandb login`, or set WANDB_MODE=offline"
            raise UsageError(f"--log=wandb: {reason(error)}; {hint}") from error

    def observe(self, report: Report) -> None:
        """Logs one generation's scalars; a connection that is lost costs a line, not the search."""
        import wandb

        try:
            self._run.log(scalars(report), step=report.generation)
        except wandb.Error as error:
            if not self._lost:
                print(f"--log=wandb: {reason(error)}; the search goes on", file=sys.stderr)
            self._lost = True

    def close(self) -> None:
        """Sends what is left."""
        self._run.finish()


def _run_id(path: Path) -> str:
    """The id that this folder's run has there, drawn when it is first asked for."""
    if not path.exists():
        write_atomically(path, uuid.uuid4().hex[:8].encode())
    return path.read_text(encoding="utf-8").strip()
