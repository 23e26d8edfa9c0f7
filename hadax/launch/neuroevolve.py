"""hadax-neuroevolve: evolve the weights of one network directly, with the same engine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import asked_for
from hadax.launch.commandline.flags import Parsed
from hadax.launch.commandline.groups import NETWORK, RUN, SEARCH, TASK
from hadax.launch.search.config import NEUROEVOLVE

if TYPE_CHECKING:
    from hadax.core.run import Report
    from hadax.core.settings import Value
    from hadax.core.task import Task
    from hadax.distilled.evolved import Evolved


def neuroevolve(
    task: "str | Task" = "gymnax/CartPole-v1",
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
      task: its name, as `hadax.tasks.names()` lists them, or a Task.
      preset: settings found for the task, by name; "none", or "auto" for those of two CPU cores.
      workdir: the run's folder: the same call goes on where it was interrupted. None writes
        nothing.
      callback: is given a Report of every generation.
      progress: whether a bar is shown.
      **settings: any flag of hadax-neuroevolve, by name; they win over the preset.

    Raises:
      ConfigError: an unknown task, preset, setting or option, or a value that does not fit.
      UsageError: data or a folder that cannot work, or numbers that are not finite.

    >>> import hadax
    >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
    >>> found = hadax.neuroevolve("analytic/linear_regression", **small)
    >>> found.score.networks
    1
    """
    from hadax.distilled.evolved import Evolved
    from hadax.launch.search.call import called

    found = called(NEUROEVOLVE, task, preset, workdir, callback, progress, settings)
    assert isinstance(found, Evolved)
    return found


def main(parsed: Parsed) -> None:
    """Searches, measures the evolved policy on fresh episodes, and writes what came of it."""
    resolved = asked_for(parsed, NEUROEVOLVE)
    if resolved is not None:
        from hadax.launch.search.call import commanded

        commanded(resolved, parsed.text("workdir"))


COMMAND = Command(
    program="hadax-neuroevolve",
    summary=__doc__ or "",
    groups=(TASK, SEARCH, RUN, NETWORK),
    main=main,
    resumes=True,
)


def script() -> None:
    """The console script `hadax-neuroevolve`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
