"""hadax-merge: put datasets of several tasks into one, on which one network learns them all."""

from typing import TYPE_CHECKING

from hadax.core.errors import MOST_ENTRIES, ConfigError, require, require_count
from hadax.core.storage.files import expanded
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed, flags_of, optional
from hadax.learners.config import UNUSED_WHERE_MERGED, InnerLoop, NetworkConfig

if TYPE_CHECKING:
    from hadax.core.settings.fields import Value

MERGE = Group(
    "Merge",
    (
        Flag("dataset", str, None, "an artifact: dataset.safetensors, its run's folder, zoo:NAME"),
        Flag("others", list, None, "the other ones"),
        Flag("out", str, None, "the merged artifact's file"),
        Flag("inputs", str, "apart", "observations as one network's inputs: apart, coded, padded"),
        Flag("networks", int, 8, "networks that each inner loop is tried on, at least 1"),
        Flag("episodes", int, 4, "episodes of each of them and each task, at least 1"),
        Flag("seed", int, 0, "decides initialisations and episodes"),
    ),
)

LEARNER = Group(
    "Network and inner loop in place of the datasets' own, which are tried in turn",
    tuple(
        optional(flag)
        for flag in (*flags_of(NetworkConfig), *flags_of(InnerLoop))
        if flag.name not in UNUSED_WHERE_MERGED
    ),
)


def main(parsed: Parsed) -> None:
    """Tries inner loops, prints a row a task, and writes the artifact."""
    from hadax.distilled.files.places import file_at

    others = parsed.values["others"]
    names = [parsed.text("dataset"), *(others if isinstance(others, tuple) else ())]
    if len(names) < 2:
        expected = "name at least two: hadax-merge a.safetensors zoo:NAME --out=both.safetensors"
        raise ConfigError("dataset", parsed.text("dataset") or "", expected)
    if not parsed.text("out"):
        raise ConfigError("out", "", "name the file: --out=merged.safetensors")
    out = str(parsed.place("out", ".safetensors"))
    merged = {file_at(str(name)).resolve() for name in names}
    expected = "is one of those that are merged; choose another file"
    require(expanded(out).resolve() not in merged, "out", out, expected)
    for name in ("networks", "episodes"):
        require_count(name, parsed.whole(name), 1, MOST_ENTRIES)
    from hadax.launch.machine.start import note_settings, start

    start(devices=False)
    note_settings()
    from hadax.distilled.merged.header import Merge
    from hadax.distilled.merging import merge
    from hadax.launch.measurements.merged import say_tried, task_table
    from hadax.pictures.figures import plotting_available
    from hadax.pictures.merged import draw_merged

    made = merge(
        [str(name) for name in names],
        inputs=str(parsed.values["inputs"]),
        seed=parsed.whole("seed"),
        networks=parsed.whole("networks"),
        episodes=parsed.whole("episodes"),
        callback=say_tried,
        **_changes(parsed),
    )
    section = Merge.of(made.header)
    print(task_table(section, section.scores))
    place = made.save(out)
    print(f"wrote {place}: {made!r}")
    if plotting_available():
        draw_merged(made, place.with_suffix(".png"))
        print(f"wrote {place.with_suffix('.png')}")


def _changes(parsed: Parsed) -> "dict[str, Value]":
    """The learner's settings that are on the command line."""
    known = {flag.name for flag in LEARNER.flags}
    return {name: value for name, value in parsed.given.items() if name in known}


COMMAND = Command(
    program="hadax-merge",
    summary=__doc__ or "",
    groups=(MERGE, LEARNER),
    main=main,
    positional="dataset",
    rest="others",
    artifacts=("dataset", "others"),
)


def script() -> None:
    """The console script `hadax-merge`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
