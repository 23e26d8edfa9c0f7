"""hadax-distill: evolve a synthetic dataset such that any network trained on it does a task."""

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import asked_for
from hadax.launch.commandline.flags import Parsed
from hadax.launch.commandline.groups import DISTILLATION, INNER_LOOP, NETWORK, RUN, SEARCH, TASK
from hadax.launch.search.config import DISTILL


def main(parsed: Parsed) -> None:
    """Searches, measures the evolved dataset on fresh networks, and writes what came of it."""
    resolved = asked_for(parsed, DISTILL)
    if resolved is not None:
        from hadax.launch.search.call import commanded

        commanded(resolved, parsed.text("workdir"))


COMMAND = Command(
    program="hadax-distill",
    summary=__doc__ or "",
    groups=(TASK, DISTILLATION, SEARCH, RUN, NETWORK, INNER_LOOP),
    main=main,
    resumes=True,
)


def script() -> None:
    """The console script `hadax-distill`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
