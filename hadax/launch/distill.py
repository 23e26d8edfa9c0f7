"""hadax-distill: evolve a synthetic dataset such that any network trained on it does a task."""

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import searching
from hadax.launch.commandline.groups import (
    CLUSTER,
    DISTILLATION,
    INNER_LOOP,
    NETWORK,
    RUN,
    SEARCH,
    TASK,
)
from hadax.launch.search.config import DISTILL

COMMAND = Command(
    program="hadax-distill",
    summary=__doc__ or "",
    groups=(TASK, DISTILLATION, SEARCH, RUN, NETWORK, INNER_LOOP, CLUSTER),
    main=searching(DISTILL),
    resumes=True,
)


def script() -> None:
    """The console script `hadax-distill`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
