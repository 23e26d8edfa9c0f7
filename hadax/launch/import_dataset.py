"""hadax-import: make an artifact of somebody else's dataset, an .npz or .csv of pairs."""

import os
import shlex
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError, require
from hadax.core.settings.config import MeasuringConfig
from hadax.core.settings.fields import Value
from hadax.core.storage.files import ending_of, expanded, write_atomically
from hadax.core.words.names import spelled
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.door import asked_for
from hadax.launch.commandline.flags import Flag, Group, Parsed, flag_named, flags_of
from hadax.launch.commandline.groups import INNER_LOOP, NETWORK, TASK
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.run_folder.file_names import CONFIG, DATASET
from hadax.tasks.rl.config import NO_SCHEDULES

if TYPE_CHECKING:
    from hadax.distilled.files.npz import Arrays

IMPORT = Group(
    "Import",
    (
        Flag(
            "data", str, None, "the .npz: inputs, targets, perhaps obs_mean and obs_var; or a .csv"
        ),
        Flag("workdir", str, None, "where the artifact goes; runs/import-<name> by default"),
        flag_named(SearchConfig, "seed"),
        *flags_of(MeasuringConfig),
    ),
)


def main(parsed: Parsed) -> None:
    """Fits the arrays to the task, measures them on fresh networks, and writes the artifact."""
    settings = {name: value for name, value in parsed.given.items() if name != "data"}
    resolved = asked_for(replace(parsed, given=settings), DISTILL, automatic="none")
    if resolved is None:
        return
    if not parsed.values["data"]:
        raise ConfigError("data", "", "name the file: hadax-import data.npz --task=...")
    from hadax.distilled.files.places import file_at
    from hadax.launch.machine.start import note_settings, start

    data = expanded(str(parsed.values["data"]))
    # Of a folder no result is meant, but pairs.
    source = data if data.is_dir() else file_at(str(parsed.values["data"]))
    if ending_of(source) == ".safetensors":
        raise ConfigError("data", parsed.values["data"], _instead(source))
    start(devices=False)
    note_settings()
    from hadax.distilled.files.csv_pairs import read_pairs
    from hadax.distilled.importing import imported
    from hadax.launch.search.build import build_header, build_task
    from hadax.launch.search.presenting.publish import Course, publish
    from hadax.launch.search.result import measured

    arrays = read_pairs(source)
    config = _with_normalizer(_without_search(resolved.config), arrays)
    task, measuring = build_task(config.task), config.measuring
    header = replace(build_header(config, task), further={}, distillation=config.distillation)
    networks, episodes = measuring.score_networks, measuring.score_episodes
    made = imported(source, arrays, task, header, networks, episodes)
    # Only now, so that what is refused leaves no folder behind.
    path = output_path(parsed.text("workdir"), source)
    failure = f"{source}: networks trained on it are not finite; try a smaller inner_lr"
    course = partial(Course, command=_command(parsed, source, config.task.task))
    publish(measured(made, config, failure), path, course, print)


def _command(parsed: Parsed, source: Path, task: str) -> str:
    """The command, without where things are on this machine."""
    given: dict[str, Value] = {**parsed.given, "data": source.name, "workdir": None}
    pairs = given.get("task_option")
    if isinstance(pairs, tuple):
        local = tasks.local_options(task)
        kept = (str(pair) for pair in pairs if str(pair).partition("=")[0] not in local)
        given["task_option"] = tuple(kept) or None
    portable = tasks.portable_options(task, given)
    words = [f"--{name}={spelled(value)}" for name, value in portable.items() if value is not None]
    return shlex.join(["hadax-import", *words])


def _instead(source: Path) -> str:
    """What a .safetensors wants that is no such file."""
    from hadax.core.storage.artifact import is_artifact

    if is_artifact(source):
        return "an artifact already; --dataset and hadax.load take it as it is"
    return "no artifact of hadax's; must be an .npz or .csv of pairs"


def output_path(workdir: str | None, source: Path) -> Path:
    """The artifact's place, its folder made.

    Args:
      workdir: the folder named, or None for one under runs/.
      source: the file that is imported.

    Raises:
      UsageError: the folder cannot be made, or holds a run or the import of another file.
    """
    folder = expanded(workdir or f"runs/import-{source.stem}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--workdir={folder}: {error.strerror or error}") from error
    origin, named = folder / "imported_from.txt", os.fsencode(source.resolve()) + b"\n"
    if (folder / CONFIG).exists():
        raise UsageError(f"--workdir={folder}: holds a search; choose another folder")
    if any(folder.glob("*.safetensors")) and not (origin.exists() and origin.read_bytes() == named):
        raise UsageError(
            f"--workdir={folder}: holds another dataset already; choose another folder"
        )
    write_atomically(origin, named)
    return folder / DATASET


def _without_search(config: SearchConfig) -> SearchConfig:
    """The config without the settings of a search, which a preset brings along: none was made."""
    options = {
        name: value for name, value in config.task.options.items() if name not in NO_SCHEDULES
    }
    fresh = SearchConfig()
    return replace(
        config,
        task=replace(config.task, options=options),
        distillation=fresh.distillation,
        strategy=fresh.strategy,
        placement=fresh.placement,
        pace=fresh.pace,
    )


def _with_normalizer(config: SearchConfig, arrays: "Arrays") -> SearchConfig:
    """The config with a constant normaliser where statistics come with the data.

    Raises:
      ConfigError: statistics come with the data, but the flags want no normaliser.
    """
    from hadax.distilled.importing import has_statistics

    if not has_statistics(arrays):
        return config
    task = config.task
    chosen = task.options.get("normalizer") or "constant"
    expected = "the file has obs_mean and obs_var, which need constant, running or per_policy"
    require(chosen != "none", "normalizer", chosen, expected)
    expected = "the file has obs_mean and obs_var of its own"
    require(task.normalizer_from is None, "normalizer_from", task.normalizer_from, expected)
    return replace(config, task=replace(task, options={**task.options, "normalizer": chosen}))


COMMAND = Command(
    program="hadax-import",
    summary=__doc__ or "",
    groups=(IMPORT, TASK, NETWORK, INNER_LOOP),
    main=main,
    positional="data",
)


def script() -> None:
    """The console script `hadax-import`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
