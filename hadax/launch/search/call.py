"""How a search is started, by a command, a call from Python or one of many: once for all."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.core.errors import require, require_flag
from hadax.core.settings.fields import Value
from hadax.core.settings.views import as_setting
from hadax.core.storage.files import expanded
from hadax.core.words.saying import quiet
from hadax.launch.machine.cluster import Cluster
from hadax.launch.machine.processes import joined
from hadax.launch.machine.start import note_settings, start
from hadax.launch.observers.config import MonitoringConfig
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.resolve import Given, Resolved, resolve, without_options

if TYPE_CHECKING:
    from hadax.core.run.loop import Observer, Report
    from hadax.core.task import Task
    from hadax.distilled.loading import Loaded


@dataclass(frozen=True)
class _Callback:
    """A function as an observer."""

    function: "Callable[[Report], None]"

    def observe(self, report: "Report") -> None:
        self.function(report)


def commanded(resolved: Resolved, workdir: str | None, cluster: Cluster | None = None) -> "Loaded":
    """A search as a command runs it: in a folder, telling what it does.

    Args:
      resolved: the search.
      workdir: its folder; None for one under runs/.
      cluster: the processes that share it; None where it is this one's alone.
    """
    folder = default_path(resolved.config) if workdir is None else folder_path(workdir)
    if resolved.config.monitoring != MonitoringConfig():
        resolved.config.monitoring.require_means(in_folder=True)
    with nullcontext() if cluster is None else joined(cluster):
        start()
        note_settings()
        from hadax.launch.search.run import Request, search

        return search(Request(resolved, folder))


def called(
    verb: str,
    task: "str | Task",
    preset: str,
    workdir: str | Path | None,
    callback: "Callable[[Report], None] | None",
    progress: bool,
    settings: Mapping[str, "Value | Mapping[str, Value]"],
) -> "Loaded":
    """A search as Python calls it: quiet but for its bar, in memory unless a folder is named.

    Args:
      verb, task, preset, workdir, callback, progress, settings: as `hadax.distill` takes them.
    """
    known = callback is None or callable(callback)
    require(known, "callback", callback, "must be a function, which is given a Report")
    require_flag("progress", as_setting(progress))
    given = {name: as_setting(value) for name, value in settings.items()}
    resolved = (
        resolve(verb, {**given, "task": task}, preset)
        if isinstance(task, str)
        else _for_task(verb, task, preset, given, in_folder=workdir is not None)
    )
    return quietly(
        resolved,
        None if workdir is None else folder_path(workdir),
        progress=progress,
        observers=() if callback is None else (_Callback(callback),),
        task=None if isinstance(task, str) else task,
        keeps_interrupted=True,
    )


def quietly(
    resolved: Resolved,
    folder: Path | None,
    *,
    progress: bool,
    observers: "Sequence[Observer]" = (),
    task: "Task | None" = None,
    keeps_interrupted: bool = False,
) -> "Loaded":
    """A search that says nothing but by its bar.

    Args:
      resolved, folder, progress, observers, task, keeps_interrupted: as a `Request` has them.

    Raises:
      UsageError: what is to be kept of it cannot be written here; else as `search` raises.
    """
    resolved.config.monitoring.require_means(in_folder=folder is not None)
    start()
    from hadax.launch.search.run import Request, search

    return search(
        Request(
            resolved,
            folder=folder,
            task=task,
            observers=observers,
            progress=progress,
            keeps_interrupted=keeps_interrupted,
            say=quiet,
        )
    )


def _for_task(verb: str, task: "Task", preset: str, given: Given, in_folder: bool) -> Resolved:
    """The search for a task that is made already; in a folder it says which one that is.

    Raises:
      ConfigError: no task, a preset, an option of the task, or a setting that does not fit.
    """
    from hadax.core.task import check_task, kind_of
    from hadax.tasks.naming import Named, named

    kind = kind_of(task)
    expected = "a Task has no presets: name the task, or give its settings"
    require(preset in ("auto", "none"), "preset", preset, expected)
    check_task(task, kind)
    made = named(task)
    resolved = without_options(verb, made or Named(kind, {}), task.options, given)
    if made is not None or not in_folder:
        return resolved
    from hadax.launch.search.run_folder.fingerprint import fingerprint_of

    config = replace(resolved.config, fingerprint=fingerprint_of(task))
    return replace(resolved, config=config)


def default_path(config: SearchConfig) -> Path:
    """The folder of a run that names none: under runs/, it says verb, task and seed."""
    task = config.task.task.replace("/", "-")
    return Path("runs") / f"{config.verb}-{task}-seed{config.seed}"


def folder_path(workdir: str | Path) -> Path:
    """The folder that is named; a leading "~" is the home folder.

    Raises:
      ConfigError: an empty name, or no path.
    """
    expected = "must be a folder's path: a text or a pathlib.Path"
    require(isinstance(workdir, str | os.PathLike), "workdir", workdir, expected)
    require(workdir != "", "workdir", "", "name a folder, or leave the flag out")
    return expanded(workdir)
