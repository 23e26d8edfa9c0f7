"""How a search is started, by a command or by a call from Python: once for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.core.settings import Value
from hadax.launch.machine.start import start
from hadax.launch.search.resolve import Resolved, resolve, without_options

if TYPE_CHECKING:
    from hadax.core.run import Report
    from hadax.core.task import Task
    from hadax.distilled.loading import Loaded


@dataclass(frozen=True)
class _Callback:
    """A function as an observer."""

    function: "Callable[[Report], None]"

    def observe(self, report: "Report") -> None:
        self.function(report)


def commanded(resolved: Resolved, workdir: str | None) -> "Loaded":
    """A search as a command runs it: in a folder, telling what it does.

    Args:
      resolved: the search.
      workdir: its folder; None for one under runs/.
    """
    start()
    from hadax.launch.search.folder import default_path, folder_path
    from hadax.launch.search.run import Request, search

    folder = default_path(resolved.config) if workdir is None else folder_path(workdir)
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
    resolved = (
        resolve(verb, {**settings, "task": task}, preset)
        if isinstance(task, str)
        else without_options(verb, type(task).__name__, settings)
    )
    start()
    from hadax.launch.search.folder import folder_path
    from hadax.launch.search.run import Request, search

    return search(
        Request(
            resolved,
            folder=None if workdir is None else folder_path(workdir),
            task=None if isinstance(task, str) else task,
            observers=() if callback is None else (_Callback(callback),),
            progress=progress,
            keeps_interrupted=True,
            say=lambda line: None,
        )
    )
