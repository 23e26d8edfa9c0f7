"""A run's folder: its config, its metrics, its checkpoints and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hadax import tasks
from hadax.core.errors import UsageError, require
from hadax.core.files import write_atomically
from hadax.core.placement import writes
from hadax.core.settings_views import to_json
from hadax.launch.observers.snapshots import FOLDER
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.resolve import options_from

if TYPE_CHECKING:
    from hadax.core.checkpoint import Checkpoints


def default_path(config: SearchConfig) -> Path:
    """The folder of a run that names none: under runs/, it says verb, task and seed."""
    task = config.task.task.replace("/", "-")
    return Path("runs") / f"{config.verb}-{task}-seed{config.seed}"


def folder_path(workdir: str | Path) -> Path:
    """The folder that is named; a leading "~" is the home folder.

    Raises:
      ConfigError: an empty name.
    """
    require(str(workdir) != "", "workdir", "", "name a folder, or leave the flag out")
    return Path(workdir).expanduser()


class Folder:
    """The folder of one run; made when missing, continued when it is the same run's.

    Args:
      path: the folder.
      config: which search it is.

    Raises:
      UsageError: the folder cannot be made, or holds a run with other settings (named) or of
        unknown ones.
    """

    def __init__(self, path: Path, config: SearchConfig) -> None:
        self.path, self._config = path, config
        try:
            self.checkpoints_path.mkdir(parents=True, exist_ok=True)
            if self.config_path.exists():
                self._compare(_leaves(self._document()))
            elif writes():
                self._refuse_remains()
                text = json.dumps(self._document(), indent=2, sort_keys=True) + "\n"
                write_atomically(self.config_path, text.encode())
        except OSError as error:
            raise UsageError(f"--workdir={path}: {error.strerror or error}") from error

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The run's saved states, the way to go on with it."""
        from hadax.core.checkpoint import Checkpoints

        return Checkpoints(self.checkpoints_path)

    @property
    def artifact_path(self) -> Path:
        """What comes of the run."""
        return result_path(self.path, self._config)

    @property
    def checkpoints_path(self) -> Path:
        """Folder of the run's states."""
        return self.path / "checkpoints"

    @property
    def config_path(self) -> Path:
        """Everything that decides the search, as JSON."""
        return self.path / "config.json"

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one row a generation."""
        return self.path / "metrics.csv"

    @property
    def snapshots_path(self) -> Path:
        """Folder of the datasets on the way."""
        return self.path / FOLDER

    @property
    def done(self) -> int:
        """Generations saved so far."""
        return self.checkpoints.latest() or 0

    def _document(self) -> dict[str, Any]:
        """The search as JSON, without where things are on this machine."""
        document = to_json(self._config)
        task = self._config.task
        document["task"]["options"] = tasks.portable_options(task.task, task.options)
        return document

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

    def _compare(self, now: dict[str, Any]) -> None:
        earlier = self._read_config()
        if earlier["verb"] != now["verb"]:
            raise UsageError(
                f"--workdir={self.path}: holds a run of hadax-{earlier['verb']};"
                " choose another folder"
            )
        defaults = _leaves(to_json(SearchConfig()))
        for name in sorted(earlier.keys() | now.keys()):
            before, value = (run.get(name, defaults.get(name)) for run in (earlier, now))
            # Read back, a tuple is a list; 1 and 1.0 are the same number.
            value = json.loads(json.dumps(value))
            if before != value:
                raise UsageError(
                    f"--{name}={_typed(value)}: the run in {self.path} has"
                    f" {name}={_typed(before)}; give that, or another --workdir"
                )

    def _read_config(self) -> dict[str, Any]:
        try:
            config = json.loads(self.config_path.read_text(encoding="utf-8"))
            leaves = _leaves(config)
            # Runs of hadax's first releases have one flat object.
            leaves.setdefault("verb", leaves.pop("command", None))
            return leaves | options_from(leaves.pop("task_option", None), "task_option")
        except (ValueError, AttributeError) as error:
            message = f"{self.config_path}: not a run's config; choose another --workdir"
            raise UsageError(message) from error


def result_path(folder: Path, config: SearchConfig) -> Path:
    """The file in a run's folder that the search is for."""
    return folder / f"{'dataset' if config.verb == DISTILL else 'policy'}.safetensors"


def _leaves(document: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting by its name, whatever section it is in."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        found |= _leaves(value) if isinstance(value, Mapping) else {name: value}
    return found


def _typed(value: object) -> str:
    """A value as it is typed."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
