"""An artifact's task made with other options, and the state that fits it."""

from collections.abc import Mapping

from hadax import tasks
from hadax.core.settings.fields import Value
from hadax.core.streams import observation_key
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.distilled.files.header import Header


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
      ConfigError: no such option, or a value that it cannot have.
      UsageError: real data that statistics are taken of cannot be had.
    """
    config, changed = tasks.with_options(header.task, options)
    if (task.normalizer == "none") != (changed.normalizer == "none"):
        first = changed.with_data("train").init(observation_key(header.seed))
        state = changed.settle(first)
    return header.unmeasured(task=config), changed, state
