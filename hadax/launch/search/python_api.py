"""Searches as functions: what a notebook calls. The commands run the same."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.launch.search.call import called
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.tasks.config import DEFAULT_TASK

if TYPE_CHECKING:
    from hadax.core.run.loop import Report
    from hadax.core.settings.fields import Value
    from hadax.core.task import Task
    from hadax.distilled.distilled import Distilled
    from hadax.distilled.evolved import Evolved


def distill(
    task: "str | Task" = DEFAULT_TASK,
    *,
    preset: str = "auto",
    workdir: str | Path | None = None,
    callback: "Callable[[Report], None] | None" = None,
    progress: bool = True,
    **settings: "Value | Mapping[str, Value]",
) -> "Distilled":
    """Evolves a synthetic dataset such that any network trained on it does a task.

    Ctrl-C gives back what was found so far, not yet measured.

    Args:
      task: its name, as `hadax.tasks.names()` lists them, or a Task.
      preset: settings found for the task, by name; "none", or "auto" for those of two CPU cores.
      workdir: the run's folder: the same call goes on where it was interrupted. None writes
        nothing.
      callback: is given a Report of every generation.
      progress: whether a bar is shown.
      **settings: any flag of hadax-distill, by name; they win over the preset.

    Raises:
      ConfigError: an unknown task, preset, setting or option, or a value that does not fit.
      UsageError: data or a folder that cannot work, or numbers that are not finite.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> found = hadax.distill("analytic/linear_regression", **small)
      >>> found.dataset.inputs.shape
      (4, 3)
    """
    from hadax.distilled.distilled import Distilled

    found = called(DISTILL, task, preset, workdir, callback, progress, settings)
    assert isinstance(found, Distilled)
    return found


def neuroevolve(
    task: "str | Task" = DEFAULT_TASK,
    *,
    preset: str = "auto",
    workdir: str | Path | None = None,
    callback: "Callable[[Report], None] | None" = None,
    progress: bool = True,
    **settings: "Value | Mapping[str, Value]",
) -> "Evolved":
    """Evolves the weights of one network such that it does a task.

    Ctrl-C gives back what was found so far, not yet measured.

    Args:
      task, preset, workdir, callback, progress: as `distill` takes them.
      **settings: any flag of hadax-neuroevolve, by name; they win over the preset.

    Raises:
      ConfigError: an unknown task, preset, setting or option, or a value that does not fit.
      UsageError: data or a folder that cannot work, or numbers that are not finite.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> found = hadax.neuroevolve("analytic/linear_regression", **small)
      >>> found.score.networks
      1
    """
    from hadax.distilled.evolved import Evolved

    found = called(NEUROEVOLVE, task, preset, workdir, callback, progress, settings)
    assert isinstance(found, Evolved)
    return found
