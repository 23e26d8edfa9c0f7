"""A run's folder: its config, its metrics, its checkpoints and what comes of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from hadax import tasks
from hadax.core.errors import UsageError
from hadax.core.population.placement import writes
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.settings.views import to_json
from hadax.core.storage.files import write_atomically
from hadax.core.words.names import spelled
from hadax.launch.observers.logs import METRICS
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.observers.snapshots import FOLDER
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.run_folder.file_names import COMPONENTS, CONFIG, DATASET, DECISIONS, POLICY
from hadax.launch.search.run_folder.lock import lock
from hadax.launch.search.run_folder.same_search import (
    FINGERPRINT,
    FREE,
    differences,
    flag_of,
    leaves,
    read_config,
)

_MEMBERS, _CHECKPOINTS = "restarts", "checkpoints"


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
        same = refuse_other(path, config)
        with _refusing(path):
            self.checkpoints_path.mkdir(parents=True, exist_ok=True)
            self._settle(same)

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
        several = _done(_checkpoints_of_several(self.path), self._config)
        return max(self.checkpoints.latest() or 0, several)

    def _settle(self, same: bool) -> None:
        """Makes it this search's: a new one, or the same with what is free to change changed."""
        if writes() and not same:
            if not _remains(self.path):
                # Another search's, of which nothing else came.
                self.components_path.unlink(missing_ok=True)
            text = json.dumps(document_of(self._config), indent=2, sort_keys=True) + "\n"
            write_atomically(self.config_path, text.encode())


def refuse_other(path: Path, config: SearchConfig) -> bool:
    """Refuses a folder that holds another search, and leaves it as it is.

    Args:
      path: the folder; it may be missing.
      config: which search is to have it.

    Returns:
      Whether it is this search's to the letter already.

    Raises:
      UsageError: it holds a run with other settings (named) or of unknown ones, or cannot be read.
    """
    with _refusing(path):
        if not (path / CONFIG).exists():
            _refuse_remains(path)
            return False
        earlier, now = read_config(path / CONFIG), leaves(document_of(config))
        same = not differences(earlier, now)
        if not same and not _is_empty(path):
            _compare(path, config, earlier, now)
        return same


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Within this context what the disk does not do in a folder is told in a line."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"--workdir={path}: {error.strerror or error}") from error


def _is_empty(path: Path) -> bool:
    """Whether nothing came of a run that began here: it was refused, out of memory, say."""
    return not _remains(path) and not read_metrics(path / METRICS)


def _remains(path: Path) -> list[Path]:
    results = [*path.glob("*.safetensors"), *path.glob(FOLDER)]
    folders = [path / _CHECKPOINTS, *_checkpoints_of_several(path)]
    found = [each for folder in folders for each in folder.glob("*")]
    # These alone are nothing yet: they are written before the first generation.
    checkpoints = [each for each in found if each.name != COMPONENTS]
    return [*checkpoints, *results, *path.glob(DECISIONS)]


def _checkpoints_of_several(path: Path) -> list[Path]:
    """Where the searches of a contest, if it is one's folder, have their states."""
    return list(path.glob(f"{_MEMBERS}/*/{_CHECKPOINTS}"))


def _done(folders: Iterable[Path], config: SearchConfig) -> int:
    """Generations saved in `folders` of states, by the one that came furthest."""
    return max(
        (Checkpoints(each, config.pace.keep).latest() or 0 for each in folders if each.is_dir()),
        default=0,
    )


def _refuse_remains(path: Path) -> None:
    if remains := _remains(path):
        raise UsageError(
            f"--workdir={path}: holds {remains[0].name} of a run without its {CONFIG};"
            " choose another folder"
        )


def _compare(
    path: Path, config: SearchConfig, earlier: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Refuses the first setting, `earlier` in the folder and `now`, that is not free to change."""
    if earlier["verb"] != now["verb"]:
        raise UsageError(
            f"--workdir={path}: holds a run of hadax-{earlier['verb']}; choose another folder"
        )
    other = differences(earlier, now)
    if FINGERPRINT in other and "task" not in other:
        raise UsageError(
            f"--workdir={path}: holds a run of a {now['task']} that was made otherwise;"
            " give that Task, or another --workdir"
        )
    # The task first: another one's preset changes much that nobody gave.
    for name in sorted(other, key=lambda name: name != "task"):
        before, value = other[name]
        if name in FREE:
            continue
        flag = flag_of(name)
        own = f"has {flag}={spelled(before)}; give that"
        if before is None:
            own = f"has no {flag}; leave that out"
        if name == "generations":
            done = _done([path / _CHECKPOINTS, *_checkpoints_of_several(path)], config)
            if value >= done:
                continue
            own = f"has done {done} already; give as many or more"
        raise UsageError(
            f"--{flag}={spelled(value)}: the run in {path} {own}, or another --workdir"
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
    refuse_other(root, config)
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


def seconds_in(folder: Path) -> float:
    """Seconds that a run took, as its metrics tell, of all its searches; 0 where they do not."""
    # The metrics beside a contest's result are the winner's alone.
    paths = list(folder.glob(f"{_MEMBERS}/*/{METRICS}")) or [folder / METRICS]
    return sum(
        float(rows[-1].get("seconds") or 0) for path in paths if (rows := read_metrics(path))
    )


def result_path(folder: Path, config: SearchConfig) -> Path:
    """The file in a run's folder that the search is for."""
    return folder / (DATASET if config.verb == DISTILL else POLICY)
