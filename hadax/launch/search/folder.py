"""A run's folder: its config, its metrics, its checkpoints and what comes of it."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hadax.core.errors import UsageError
from hadax.core.files import write_atomically
from hadax.launch.commandline.settings import ELSEWHERE_OPTIONS
from hadax.launch.observers.snapshots import FOLDER

if TYPE_CHECKING:
    from hadax.core.checkpoint import Checkpoints

# Where a run goes and how it is watched does not decide what comes out of it.
_FREE = ("workdir", "list_tasks", "preset", *ELSEWHERE_OPTIONS)


class Workdir:
    """The folder of one run; made when missing, continued when it is the same run's.

    Args:
      path: the folder.
      command: which search it is.
      values: every flag's value.

    Raises:
      UsageError: the folder cannot be made, or holds a run with other flags (named) or of unknown
        ones.
    """

    def __init__(self, path: Path, command: str, values: dict[str, Any]) -> None:
        self.path = path
        settled = {name: value for name, value in values.items() if name not in _FREE}
        settled = {"command": command, **settled}
        try:
            self.checkpoints_path.mkdir(parents=True, exist_ok=True)
            if self.config_path.exists():
                self._compare(settled)
            else:
                self._refuse_remains()
                text = json.dumps(settled, indent=2, sort_keys=True) + "\n"
                write_atomically(self.config_path, text.encode())
        except OSError as error:
            raise UsageError(f"--workdir={path}: {error.strerror or error}") from error

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The run's states."""
        from hadax.core.checkpoint import Checkpoints

        return Checkpoints(self.checkpoints_path)

    @property
    def checkpoints_path(self) -> Path:
        """Folder of the run's states."""
        return self.path / "checkpoints"

    @property
    def config_path(self) -> Path:
        """Every flag's value, as JSON."""
        return self.path / "config.json"

    @property
    def metrics_path(self) -> Path:
        """One row a generation."""
        return self.path / "metrics.csv"

    @property
    def snapshots_path(self) -> Path:
        """Folder of the datasets on the way."""
        return self.path / FOLDER

    @property
    def done(self) -> int:
        """Generations saved so far."""
        return self.checkpoints.latest() or 0

    def _refuse_remains(self) -> None:
        remains = [
            *self.checkpoints_path.iterdir(),
            *self.path.glob("*.safetensors"),
            *self.path.glob(FOLDER),
        ]
        if remains:
            raise UsageError(
                f"--workdir={self.path}: holds {remains[0].name} of a run without its config.json;"
                " choose another folder"
            )

    def _compare(self, settled: dict[str, Any]) -> None:
        earlier = self._read_config()
        if earlier.get("command") != settled["command"]:
            raise UsageError(
                f"--workdir={self.path}: holds a run of hadax-{earlier.get('command')};"
                " choose another folder"
            )
        for name in sorted(earlier.keys() | settled.keys()):
            before, now = earlier.get(name), settled.get(name)
            if json.dumps(before) != json.dumps(now):
                raise UsageError(
                    f"--{name}={now}: the run in {self.path} has {name}={before};"
                    " give that, or another --workdir"
                )

    def _read_config(self) -> dict[str, Any]:
        try:
            config = json.loads(self.config_path.read_text())
            return dict(config.items())
        except (ValueError, AttributeError) as error:
            message = f"{self.config_path}: not a run's config; choose another --workdir"
            raise UsageError(message) from error
