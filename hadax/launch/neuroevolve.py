"""hadax-neuroevolve: evolve the weights of one network directly, with the same engine."""

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import searching
from hadax.launch.commandline.groups import CLUSTER, NETWORK, RUN, SEARCH, TASK
from hadax.launch.search.config import NEUROEVOLVE

COMMAND = Command(
    program="hadax-neuroevolve",
    summary=__doc__ or "",
    groups=(TASK, SEARCH, RUN, NETWORK, CLUSTER),
    main=searching(NEUROEVOLVE),
    resumes=True,
)


def script() -> None:
    """The console script `hadax-neuroevolve`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
