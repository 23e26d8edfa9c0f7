"""A run's folder: its config, its metrics, its checkpoints and what comes of it."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from hadax.core.checkpoint import Checkpoints
from hadax.core.errors import UsageError
from hadax.core.files import write_atomically

# Where a run goes and how it is watched does not decide what comes out of it.
_FREE = ("workdir", "list_tasks", "preset")


class Workdir:
    """The folder of one run; made when missing, continued when it is the same run's.

    Args:
      path: the folder.
      values: every flag's value.

    Raises:
      UsageError: the folder cannot be made, or holds a run with other flags (named).
    """

    def __init__(self, path: Path, values: dict[str, Any]) -> None:
        self.path = path
        settled = {name: value for name, value in values.items() if name not in _FREE}
        try:
            path.mkdir(parents=True, exist_ok=True)
            if self.config_path.exists():
                self._compare(settled)
            else:
                write_atomically(
                    self.config_path,
                    (json.dumps(settled, indent=2, sort_keys=True) + "\n").encode(),
                )
        except OSError as error:
            raise UsageError(f"--workdir={path}: {error.strerror or error}") from error

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The run's states; their folder is made when they are first asked for."""
        return Checkpoints(self.path / "checkpoints")

    @property
    def config_path(self) -> Path:
        """Every flag's value, as JSON."""
        return self.path / "config.json"

    @property
    def metrics_path(self) -> Path:
        """One row a generation."""
        return self.path / "metrics.csv"

    @property
    def done(self) -> int:
        """Generations saved so far."""
        return self.checkpoints.latest() or 0

    def _compare(self, settled: dict[str, Any]) -> None:
        try:
            earlier = json.loads(self.config_path.read_text())
            names = sorted(earlier.keys() | settled.keys())
        except (ValueError, AttributeError) as error:
            raise UsageError(
                f"{self.config_path}: not a run's config; choose another --workdir"
            ) from error
        missing = object()
        for name in names:
            before, now = earlier.get(name, missing), settled.get(name, missing)
            if json.dumps(before, default=str) != json.dumps(now, default=str):
                shown = "unset" if before is missing else before
                raise UsageError(
                    f"--{name}={settled.get(name)}: the run in {self.path} has {name}={shown};"
                    f" give that, or another --workdir"
                )
