"""A run's folder: its config, its metrics, its checkpoints and what comes of it."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from hadax import tasks
from hadax.core.checkpoint import Checkpoints
from hadax.core.errors import UsageError
from hadax.core.files import write_atomically
from hadax.core.names import typed
from hadax.core.placement import writes
from hadax.core.settings_views import to_json
from hadax.launch.observers.logs import METRICS
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.observers.snapshots import FOLDER
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.lock import lock
from hadax.launch.search.same_search import (
    FINGERPRINT,
    FREE,
    differences,
    flag_of,
    leaves,
    read_config,
)

CONFIG = "config.json"
"""The file in a run's folder that says which search it is."""

DECISIONS = "restarts.json"
"""The file in a contest's folder that says which seeds went on from each rung."""

COMPONENTS = "components.safetensors"
"""The file beside a run's states that says in which components its images evolve."""

_MEMBERS, _CHECKPOINTS = "restarts", "checkpoints"


class Folder:
    """The folder of one run; made when missing, continued when it is the same run's.

    Args:
      path: the folder.
      config: which search it is.
      make: whether it is made; else only what would be refused is.

    Raises:
      UsageError: the folder cannot be made, or holds a run with other settings (named) or of
        unknown ones.
    """

    def __init__(self, path: Path, config: SearchConfig, make: bool = True) -> None:
        self.path, self._config = path, config
        try:
            same = self._is_own()
            if make:
                self.checkpoints_path.mkdir(parents=True, exist_ok=True)
                self._settle(same)
        except OSError as error:
            raise UsageError(f"--workdir={path}: {error.strerror or error}") from error

    @cached_property
    def checkpoints(self) -> Checkpoints:
        """The run's saved states, the way to go on with it."""
        return Checkpoints(self.checkpoints_path, self._config.pace.keep)

    @property
    def artifact_path(self) -> Path:
        """What comes of the run."""
        return result_path(self.path, self._config)

    @property
    def checkpoints_path(self) -> Path:
        """Folder of the run's states."""
        return self.path / _CHECKPOINTS

    @property
    def components_path(self) -> Path:
        """The components that images evolve in, if in any: its states are coefficients of them."""
        return self.checkpoints_path / COMPONENTS

    @property
    def config_path(self) -> Path:
        """Everything that decides the search, as JSON."""
        return self.path / CONFIG

    @property
    def metrics_path(self) -> Path:
        """Where the metrics lie, one row a generation."""
        return self.path / METRICS

    @property
    def snapshots_path(self) -> Path:
        """Folder of the datasets on the way."""
        return self.path / FOLDER

    @property
    def done(self) -> int:
        """Generations saved so far; of several searches, by the one that came furthest."""
        keep = self._config.pace.keep
        several = [Checkpoints(folder, keep) for folder in self._checkpoints_of_several()]
        return max(each.latest() or 0 for each in (self.checkpoints, *several))

    def _is_own(self) -> bool:
        """Whether its config is this search's to the letter; refuses another search's folder."""
        if not self.config_path.exists():
            self._refuse_remains()
            return False
        earlier, now = read_config(self.config_path), leaves(document_of(self._config))
        same = not differences(earlier, now)
        if not same and not self._is_empty():
            self._compare(earlier, now)
        return same

    def _settle(self, same: bool) -> None:
        """Makes it this search's: a new one, or the same with what is free to change changed."""
        if writes() and not same:
            if not self._remains():
                # Another search's, of which nothing else came.
                self.components_path.unlink(missing_ok=True)
            text = json.dumps(document_of(self._config), indent=2, sort_keys=True) + "\n"
            write_atomically(self.config_path, text.encode())

    def _is_empty(self) -> bool:
        """Whether nothing came of a run that began here: it was refused, out of memory, say."""
        return not self._remains() and not read_metrics(self.metrics_path)

    def _remains(self) -> list[Path]:
        results = [*self.path.glob("*.safetensors"), *self.path.glob(FOLDER)]
        folders = [self.checkpoints_path, *self._checkpoints_of_several()]
        found = [path for folder in folders for path in folder.glob("*")]
        # These alone are nothing yet: they are written before the first generation.
        checkpoints = [path for path in found if path.name != COMPONENTS]
        return [*checkpoints, *results, *self.path.glob(DECISIONS)]

    def _checkpoints_of_several(self) -> list[Path]:
        """Where the searches of a contest, if it is one's folder, have their states."""
        return list(self.path.glob(f"{_MEMBERS}/*/{_CHECKPOINTS}"))

    def _refuse_remains(self) -> None:
        if remains := self._remains():
            raise UsageError(
                f"--workdir={self.path}: holds {remains[0].name} of a run without its config.json;"
                " choose another folder"
            )

    def _compare(self, earlier: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        if earlier["verb"] != now["verb"]:
            raise UsageError(
                f"--workdir={self.path}: holds a run of hadax-{earlier['verb']};"
                " choose another folder"
            )
        other = differences(earlier, now)
        if FINGERPRINT in other and "task" not in other:
            raise UsageError(
                f"--workdir={self.path}: holds a run of a {now['task']} that was made otherwise;"
                " give that Task, or another --workdir"
            )
        # The task first: another one's preset changes much that nobody gave.
        for name in sorted(other, key=lambda name: name != "task"):
            before, value = other[name]
            if not (name in FREE or (name == "generations" and value >= self.done)):
                flag = flag_of(name)
                own = f"has {flag}={typed(before)}; give that"
                if before is None:
                    own = f"has no {flag}; leave that out"
                if name == "generations":
                    own = f"has done {self.done} already; give as many or more"
                raise UsageError(
                    f"--{flag}={typed(value)}: the run in {self.path} {own}, or another --workdir"
                )


def locked(root: Path | None, config: SearchConfig, held: ExitStack) -> Folder | None:
    """A run's folder, opened, and locked until `held` is closed; None without one.

    A folder that is refused is left as it is.

    Args:
      root: the folder; None where nothing is written.
      config: which search it is.
      held: keeps the lock.

    Raises:
      UsageError: another run has it, or it cannot be used.
    """
    if root is None:
        return None
    # Before the lock, whose file would stay there; and after it, for another run may have begun.
    Folder(root, config, make=False)
    held.callback(lock(root))
    return Folder(root, config)


def document_of(config: SearchConfig) -> dict[str, Any]:
    """A search as JSON, without where things are on this machine."""
    document = to_json(config)
    if config.fingerprint is None:
        del document[FINGERPRINT]
    task = config.task
    document["task"]["options"] = tasks.portable_options(task.task, task.options)
    return document


def member_folder(root: Path, seed: int) -> Path:
    """The folder of one of several searches, by its seed, in the folder `root` of all."""
    return root / _MEMBERS / f"seed{seed}"


def result_path(folder: Path, config: SearchConfig) -> Path:
    """The file in a run's folder that the search is for."""
    return folder / f"{'dataset' if config.verb == DISTILL else 'policy'}.safetensors"
