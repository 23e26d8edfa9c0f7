"""hadax-evaluate: retrain fresh networks from an artifact and measure them anew."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hadax.core.errors import (
    MOST_ENTRIES,
    ConfigError,
    refuse_given,
    require,
    require_choice,
    require_count,
)
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS, require_seed
from hadax.core.storage.files import require_folder
from hadax.core.words.names import spelled
from hadax.distilled.transfer.grid import groups_named
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed, flag_named, optional
from hadax.launch.measurements.sheet import Sheet, is_bare, kind_of
from hadax.launch.search.run_folder.file_names import TRANSFER_TABLE
from hadax.learners.config import InnerLoop, NetworkConfig

if TYPE_CHECKING:
    from hadax.core.settings.fields import Value
    from hadax.distilled.distilled import Distilled
    from hadax.distilled.loading import Loaded
    from hadax.distilled.score import Score

EVALUATION = Group(
    "Evaluation",
    (
        Flag("dataset", str, None, "the artifact: dataset.safetensors, its run's folder, zoo:NAME"),
        Flag("networks", int, FRESH_NETWORKS, "fresh networks to train, at least 1"),
        Flag("episodes", int, FRESH_EPISODES, "fresh episodes of each, at least 1 (control tasks)"),
        Flag("seed", int, 0, "decides initialisations and episodes"),
        Flag("data_dir", str, None, "folder with the images' files, instead of fetching them"),
        Flag("real", bool, False, "measure as many real images, drawn at random, too (images)"),
        Flag("architectures", bool, False, "a row for each network of --network, real images too"),
        Flag("neighbours", bool, False, "measure on twelve other learners too, a row each"),
        Flag("threshold", float, None, "with --neighbours, count the rows that reach this"),
        Flag("transfer", str, None, "a table and heat maps: architecture,optimizer,steps,noise"),
        Flag("transfer_out", str, None, "folder for transfer.csv and .png; the artifact's own"),
        Flag("out", str, None, "json or csv instead of text, or a file that ends so"),
        Flag("ensemble", int, 0, "measure the mean action of so many networks too"),
    ),
)

CHANGES = Group(
    "Another learner than the artifact's own",
    (
        Flag("network", str, None, "mlp, conv or convnet3, with its own inner settings (images)"),
        *(optional(flag_named(NetworkConfig, name)) for name in ("width", "depth", "activation")),
        *(optional(flag_named(InnerLoop, name)) for name in ("inner_lr", "inner_steps")),
    ),
)

ELSEWHERE = Group(
    "Another task than the artifact's own",
    (
        Flag("backend", str, None, "other physics (brax, playground)"),
        Flag("horizon", int, None, "steps after which an episode ends (control tasks)"),
    ),
)


def main(parsed: Parsed) -> None:
    """Prints the artifact's own score beside what is measured now, and writes it where asked."""
    out, sheet = parsed.text("out"), Sheet()
    if out is None:
        _measure(parsed, sheet)
        return
    kind_of(out)
    if not is_bare(out):
        require_folder(out)
    # What people read goes to stderr where a program reads stdout.
    with contextlib.redirect_stdout(sys.stderr if is_bare(out) else sys.stdout):
        _measure(parsed, sheet)
    sheet.give(out)


def _measure(parsed: Parsed, sheet: Sheet) -> None:
    from hadax.launch.machine.start import note_settings, start

    _check(parsed)
    start(devices=False)
    note_settings()
    from hadax.distilled.distilled import Distilled
    from hadax.distilled.files.versions import changed_versions
    from hadax.distilled.loading import load
    from hadax.distilled.merged.dataset import Merged
    from hadax.distilled.score import PLAYED
    from hadax.launch.measurements.merged import print_tasks
    from hadax.launch.measurements.tables import print_tables

    name = str(parsed.values["dataset"])
    loaded = load(name)
    header, elsewhere = loaded.header, _given(parsed, ELSEWHERE)
    measured = _as_asked(parsed, loaded)
    place = _study_place(parsed)
    in_slots = isinstance(loaded, Distilled) and loaded.slots is not None
    slots = f", {loaded.size_in_words}" if in_slots else ""
    print(f"{name}: {_in_words(loaded)}{slots}")
    if header.score is not None:
        print(f"as written: {sheet.add('as written', header.score)}")
    if header.played is not None:
        as_played = sheet.add("as written, played", header.played)
        print(f" played:    {as_played}, {PLAYED}")
    if note := changed_versions(header):
        print(f"note: {note}")
    for option, value in elsewhere.items():
        own = header.task.options.get(option)
        if value != own:
            made_for = f"made for {option} {spelled(own)}"
            print(f"note: {made_for}, measured on {option} {spelled(value)}")
    how = parsed.whole("seed"), parsed.whole("networks"), parsed.whole("episodes")
    if isinstance(measured, Merged):
        print_tasks(measured, how, sheet)
        return
    score = sheet.add("measured", measured.evaluate(*how))
    print(f"measured:   {score}", flush=True)
    _say_returns(score)
    played = measured.evaluate_as_played(*how)
    if played is not None:
        print(f" played:    {sheet.add('played', played)}, {PLAYED}", flush=True)
        _say_returns(played)
    if isinstance(measured, Distilled):
        print_tables(parsed, measured, sheet, place)


def _in_words(loaded: "Loaded") -> str:
    """What was loaded, and for which task or tasks."""
    from hadax.distilled.merged.dataset import Merged

    if isinstance(loaded, Merged):
        return f"a merged dataset for {', '.join(loaded.names)}"
    return f"{loaded.header.kind} for {loaded.header.task.task}"


def _say_returns(score: "Score") -> None:
    """Prints how the episodes' returns lie, where there are any."""
    if score.returns is not None:
        print(f" returns:   {score.returns}", flush=True)


def _study_place(parsed: Parsed) -> Path | None:
    """The folder of a transfer study's files, made and writable; None where none is asked for."""
    from hadax.launch.measurements.transfer import transfer_folder

    if parsed.text("transfer") is None:
        return None
    place = transfer_folder(str(parsed.values["dataset"]), parsed.text("transfer_out"))
    require_folder(place / TRANSFER_TABLE)
    return place


def _check(parsed: Parsed) -> None:
    """Refuses what the flags alone tell cannot work."""
    if not parsed.values["dataset"]:
        raise ConfigError("dataset", "", "name the artifact: --dataset=dataset.safetensors")
    for name in ("networks", "episodes"):
        require_count(name, parsed.whole(name), 1, MOST_ENTRIES)
    require_seed("seed", parsed.whole("seed"))
    threshold = parsed.values["threshold"]
    counted = parsed.true("neighbours") or threshold is None
    require(counted, "threshold", threshold, "needs --neighbours")
    # What is no number is not equal to itself.
    require(threshold == threshold, "threshold", threshold, "must be a number")
    folder, groups = parsed.text("transfer_out"), parsed.text("transfer")
    if groups is not None:
        groups_named(groups)
    expected = "needs --transfer"
    require(folder is None or groups is not None, "transfer_out", folder, expected)
    require_count("ensemble", parsed.whole("ensemble"), 0, MOST_ENTRIES)


def _as_asked(parsed: Parsed, loaded: "Loaded") -> "Loaded":
    """What was loaded, on the task and for the learner that the flags ask for.

    Raises:
      ConfigError: what needs data or real images of a task without, or another network of a policy.
    """
    from hadax.distilled.distilled import Distilled
    from hadax.distilled.merged.dataset import Merged

    tables = ("real", "architectures", "neighbours", "transfer", "ensemble")
    asked = {name: parsed.values[name] for name in tables if parsed.values[name]}
    if isinstance(loaded, Merged):
        folder = {name: parsed.given[name] for name in ("data_dir",) if name in parsed.given}
        refuse_given({**asked, **folder}, "measure the datasets one by one")
    measured: Loaded = loaded.with_task(**_given(parsed, ELSEWHERE), **_location(parsed, loaded))
    if isinstance(measured, Distilled):
        return measured.with_learner(**_changes(parsed, measured))
    refuse_given({**_given(parsed, CHANGES), **asked}, "a policy's weights fit one network only")
    return measured


def _changes(parsed: Parsed, measured: "Distilled") -> "dict[str, Value]":
    """The learner's settings that the flags change; a named network brings its own inner settings.

    Raises:
      ConfigError: an unknown network, or what needs real images of a task without them.
    """
    from hadax.distilled.transfer.architectures import ARCHITECTURES

    given = _given(parsed, CHANGES)
    network = given.pop("network", None)
    if network is not None:
        require_choice("network", str(network), tuple(ARCHITECTURES))
    for name in ("network", "architectures", "real"):
        value = parsed.values[name]
        expected = f"needs a task of real images, which {measured.header.task.task} is not"
        require(not value or measured.task.has_real_examples, name, value, expected)
    return {**(ARCHITECTURES[str(network)] if network else {}), **given}


def _location(parsed: Parsed, loaded: "Loaded") -> "dict[str, Value]":
    """Where the task's data lies, when it is said.

    Raises:
      ConfigError: the task has no data.
    """
    from hadax import tasks

    folder, name = parsed.values["data_dir"], loaded.header.task.task
    if folder is None:
        return {}
    require("data_dir" in tasks.local_options(name), "data_dir", folder, f"{name} reads no files")
    return {"data_dir": folder}


def _given(parsed: Parsed, group: Group) -> "dict[str, Value]":
    """The flags of a group that are on the command line."""
    names = [flag.name for flag in group.flags]
    return {name: value for name, value in parsed.given.items() if name in names}


COMMAND = Command(
    program="hadax-evaluate",
    summary=__doc__ or "",
    groups=(EVALUATION, CHANGES, ELSEWHERE),
    main=main,
    answers=True,
    positional="dataset",
    artifacts=("dataset",),
)


def script() -> None:
    """The console script `hadax-evaluate`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
