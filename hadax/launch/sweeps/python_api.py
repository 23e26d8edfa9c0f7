"""A sweep as a function: what a notebook calls. The command runs the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hadax import tasks
from hadax.core.errors import require, require_choice, require_count, require_flag
from hadax.core.settings.fields import Value
from hadax.core.settings.views import as_setting
from hadax.core.words.names import pairs_of
from hadax.core.words.saying import on_stderr, quiet
from hadax.launch.search.call import folder_path
from hadax.launch.search.config import DISTILL, VERBS
from hadax.launch.sweeps.cells import Axes, Cell, Settings, cells
from hadax.learners.registry import is_of_process
from hadax.tasks.config import DEFAULT_TASK

if TYPE_CHECKING:
    from hadax.launch.sweeps.launchers import Launcher
    from hadax.launch.sweeps.running import Sweep

Varied: TypeAlias = Value | Mapping[str, Value] | list[Value]
"""A setting's value, or a list of those that the grid goes through."""

MOST_SLOTS = 4096
"""Most searches at a time."""


def sweep(
    task: str | list[str] = DEFAULT_TASK,
    *,
    workdir: str | Path,
    verb: str = DISTILL,
    each: Sequence[Settings] = (),
    slots: int = 1,
    cluster: str | None = None,
    cluster_options: Mapping[str, Value] | None = None,
    progress: bool = True,
    **settings: Varied,
) -> "Sweep":
    """Runs a grid of searches, or a list of them, and puts their scores together.

    A search that fails ends none of the others. The same call runs what is missing.

    Args:
      task: its name; a list of names goes through them.
      workdir: the sweep's folder.
      verb: "distill" or "neuroevolve".
      each: settings of some searches, by name; each of these gets the whole grid.
      slots: searches at a time, each in a process of its own; 1 for one after the other in this
        process.
      cluster: "slurm" submits them, with submitit; "local" tries that out.
      cluster_options: submitit's parameters, as timeout_min.
      progress: whether it is told on stderr how it goes.
      **settings: any flag of the command, by name; a list is a setting that the grid goes through,
        where a tuple is one value.

    Raises:
      ConfigError: a setting that one of the searches refuses, or a plug-in that their processes
        would not know; none is run then.
      UsageError: the folder cannot be used, or a package is missing.

    Examples:
      >>> import hadax
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> sizes = hadax.sweep("analytic/linear_regression", workdir="sizes", seed=[0, 1], **small)
      >>> [outcome.status for outcome in sizes.outcomes], sizes.lines[0].done
      (['done', 'done'], 2)
    """
    require_choice("verb", verb, VERBS)
    require_flag("progress", as_setting(progress))
    given: dict[str, object] = {"task": task, **settings}
    rows = isinstance(each, Sequence) and all(map(_by_name, each))
    require(rows, "each", each, "must be a list of settings by name")
    for row in (given, *each):
        _require_named(row.get("task", DEFAULT_TASK))
    axes: Axes = {name: as_setting(v) for name, v in given.items() if isinstance(v, list)}
    fixed: Settings = {name: as_setting(v) for name, v in given.items() if name not in axes}
    listed = [as_setting(row) for row in each]
    options = {} if cluster_options is None else cluster_options
    expected = "must be submitit's parameters by name"
    require(isinstance(options, Mapping), "cluster_options", options, expected)
    found = cells(verb, fixed, axes, listed)
    if slots != 1 or cluster is not None:
        _refuse_of_process(found)
    root = folder_path(workdir)
    chosen = launcher(root, slots, cluster, options, progress)
    from hadax.launch.sweeps.running import run_sweep

    return run_sweep(found, root, chosen, on_stderr if progress else quiet)


def launcher(
    root: Path, slots: int, cluster: str | None, options: Mapping[str, Value], progress: bool
) -> "Launcher":
    """What runs the searches of a sweep.

    Args:
      root: the sweep's folder.
      slots: searches at a time.
      cluster: None for this machine.
      options: submitit's parameters.
      progress: whether searches in this process show their bars.

    Raises:
      ConfigError: no such cluster, options of none, or slots that there cannot be.
      UsageError: submitit is missing.
    """
    from hadax.launch.sweeps.launchers import InTurn, Slots
    from hadax.launch.sweeps.submitted import CLUSTERS, Submitted

    require_count("slots", slots, 1, MOST_SLOTS)
    told = ",".join(pairs_of(options))
    expected = f"needs a cluster: {' or '.join(CLUSTERS)}"
    require(cluster is not None or not options, "cluster_option", told, expected)
    if cluster is not None:
        return Submitted(cluster, root / "submitit", slots, options)
    return InTurn(progress) if slots == 1 else Slots(slots)


def _require_named(task: object) -> None:
    """Refuses a task that is made already: other processes could not make it again."""
    for each in task if isinstance(task, list) else (task,):
        expected = "a sweep takes names: hadax.register the task's factory, and give its name"
        require(isinstance(each, str), "task", each, expected)


def _refuse_of_process(found: Sequence[Cell]) -> None:
    """Refuses tasks and learners that this process registered: no other one knows them."""
    expected = "is registered in this process alone; offer it as an entry point (docs/plugins.md)"
    for cell in found:
        config = cell.resolved.config
        task, learner = config.task.task, config.learner.learner
        require(not tasks.is_of_process(task), "task", task, f"{expected}, or slots=1")
        require(not is_of_process(learner), "learner", learner, f"{expected}, or slots=1")


def _by_name(row: object) -> bool:
    """Whether it is settings by name."""
    return isinstance(row, Mapping) and all(isinstance(name, str) for name in row)
