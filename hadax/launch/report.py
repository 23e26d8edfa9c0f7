"""hadax-report: one page of all that is known of a run, an artifact or an entry of the zoo."""

from pathlib import Path

from hadax.core.errors import ConfigError
from hadax.core.storage.files import expanded
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed
from hadax.launch.search.run_folder.file_names import CONFIG
from hadax.launch.search.run_folder.file_names import REPORT as PAGE

REPORT = Group(
    "Report",
    (
        Flag("run", str, None, "a run's folder, an artifact, or zoo:NAME"),
        Flag("out", str, None, "the page; report.html in the run's folder, or here for the zoo"),
        Flag("film", bool, False, "film an episode though its physics compiles for minutes"),
    ),
)


def main(parsed: Parsed) -> None:
    """Draws what is missing of a result's pictures, and writes the page."""
    from hadax.distilled.files.places import ZOO, file_at
    from hadax.launch.machine.start import start

    name = parsed.text("run")
    if not name:
        raise ConfigError("run", "", "name it: hadax-report runs/demo")
    out = parsed.place("out", ".html")
    artifact = file_at(name)
    start(devices=False)
    from hadax.distilled.loading import load
    from hadax.launch.search.presenting.publish import report_on
    from hadax.pictures.figures import require_plotting

    require_plotting()
    of_zoo = name.startswith(ZOO)
    place: Path | str | None = None
    path = expanded(out or (PAGE if of_zoo else artifact.parent / PAGE))
    if of_zoo:
        place = name.removeprefix(ZOO)
    elif _is_of_run(artifact):
        place = artifact.parent
    report_on(load(name if of_zoo else artifact), place, path, parsed.true("film") or None, print)


def _is_of_run(artifact: Path) -> bool:
    """Whether what lies beside an artifact is of the run that made it."""
    from hadax.distilled.files.places import RESULTS

    return artifact.name in RESULTS and (artifact.parent / CONFIG).is_file()


COMMAND = Command(
    program="hadax-report",
    summary=__doc__ or "",
    groups=(REPORT,),
    main=main,
    answers=True,
    positional="run",
    artifacts=("run",),
)


def script() -> None:
    """The console script `hadax-report`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
