"""Keeps the zoo: add RUN --name=..., remove NAME, docs."""

import sys
from pathlib import Path

from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed
from hadax.launch.machine.start import start
from hadax.launch.machine.status import USAGE_STATUS


def add(parsed: Parsed) -> None:
    """Adds a finished run."""
    from hadax.core.errors import ConfigError
    from hadax.core.settings.annotations import construct
    from tools.zoo import adding, figures
    from tools.zoo.finished_run import read_run
    from tools.zoo.page import PICTURES

    for name in ("run", "name"):
        if not parsed.values[name]:
            raise ConfigError(name, "", "say it: add runs/hopper --name=brax/hopper")
    start(devices=False)
    artifact = parsed.text("artifact")
    run = read_run(Path(str(parsed.values["run"])), None if artifact is None else Path(artifact))
    told = {name: value for name, value in parsed.values.items() if name not in ("run", "artifact")}
    entry = adding.add(run, construct(adding.Told, told))
    figures.forget(entry.name, PICTURES)
    print(f"{entry.name}: {entry.score}\n{entry.search.command}")
    print("now: python -m tools.zoo docs")


def remove(parsed: Parsed) -> None:
    """Removes an entry."""
    from tools.zoo import adding, figures
    from tools.zoo.page import PICTURES

    name = str(parsed.values["name"])
    adding.remove(name)
    figures.forget(name, PICTURES)


def docs(parsed: Parsed) -> None:
    """Writes docs/zoo.md, and pictures."""
    start(devices=False)
    from tools.zoo.page import write_page

    write_page(redraw=parsed.true("redraw"))


_NAME = Flag("name", str, None, "the entry's: its task's, and after an @ how it differs")

COMMANDS = {
    "add": Command(
        program="python -m tools.zoo add",
        summary="Makes an entry of a finished run, in place of an earlier one of its name.",
        groups=(
            Group(
                "Run",
                (
                    Flag(
                        "run", str, None, "the run's folder: config.json, metrics.csv, its result"
                    ),
                    _NAME,
                    Flag("artifact", str, None, "in place of the result in the folder"),
                    Flag("cores", int, 2, "cores that it had"),
                    Flag("core_minutes", float, None, "its wall clock times the cores by default"),
                    Flag("hardware", str, None, "in words; so many cores by default"),
                    Flag("environment_steps", int, None, "in all; an upper bound by default"),
                    Flag("published", float, None, "another score than the comparable run's"),
                    Flag("published_source", str, None, "what that score is of"),
                    Flag("began_from", str, None, "the entry it began from, not a file"),
                ),
            ),
        ),
        main=add,
        positional="run",
    ),
    "remove": Command(
        program="python -m tools.zoo remove",
        summary="Takes an entry away.",
        groups=(Group("Entry", (_NAME,)),),
        main=remove,
        positional="name",
    ),
    "docs": Command(
        program="python -m tools.zoo docs",
        summary="Writes docs/zoo.md from the index, and the pictures that are missing.",
        groups=(Group("Pictures", (Flag("redraw", bool, False, "draw the others anew too"),)),),
        main=docs,
    ),
}

if __name__ == "__main__":
    verb = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if verb not in COMMANDS:
        print(f"tools.zoo: {verb or 'nothing'}: there are {', '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(USAGE_STATUS)
    run_as_script(COMMANDS[verb])
