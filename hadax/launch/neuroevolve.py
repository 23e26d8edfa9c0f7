"""hadax-neuroevolve: evolve the weights of one network directly, with the same engine."""

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import asked_for
from hadax.launch.commandline.flags import Parsed
from hadax.launch.commandline.groups import NETWORK, RUN, SEARCH, TASK
from hadax.launch.search.config import NEUROEVOLVE


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
