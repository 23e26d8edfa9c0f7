"""An artifact's task made with other options, and the state that fits it."""

from collections.abc import Mapping

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.core.settings.fields import Value
from hadax.core.streams import observation_key
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.distilled.files.header import Header
from hadax.tasks.config import TaskConfig


def with_options(
    header: Header, task: Task, state: TaskState, options: Mapping[str, Value]
) -> tuple[Header, Task, TaskState]:
    """What an artifact is with some other options of its task.

    Statistics of observations stay, whichever normaliser uses them; one where there was none
    begins anew, and none has no statistics.

    Args:
      header: the artifact's.
      task: made as the header says.
      state: the task's.
      options: by name; the others stay.

    Raises:
      ConfigError: no such option, a value that it cannot have, or one that gives the task other
        inputs or targets, which the artifact does not fit.
      UsageError: real data that statistics are taken of cannot be had.
    """
    config, changed = tasks.with_options(header.task, options)
    if _seen(changed) != (shown := _seen(task)):
        name, value = _reshaping(header.task, options, shown)
        made_for = f"{header.kind_in_words} for {shown}"
        raise ConfigError(name, value, f"{made_for} does not fit {_seen(changed)}")
    if (task.normalizer == "none") != (changed.normalizer == "none"):
        first = changed.with_data("train").init(observation_key(header.seed))
        state = changed.settle(first)
    return header.unmeasured(task=config), changed, state


def _seen(task: Task) -> str:
    """What a task's networks are given and asked for."""
    return f"inputs {tuple(task.input_shape)} and targets {task.target}"


def _reshaping(config: TaskConfig, options: Mapping[str, Value], shown: str) -> tuple[str, Value]:
    """The option that by itself gives the task other inputs or targets, else the first of them."""
    for name, value in options.items():
        try:
            if _seen(tasks.with_options(config, {name: value})[1]) != shown:
                return name, value
        except UsageError:
            # One that is only right beside another.
            continue
    return next(iter(options.items()))
