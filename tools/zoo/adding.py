"""From a finished run to an entry of the zoo: its artifact, its curve and its record."""

from dataclasses import dataclass, replace

from hadax.core.errors import UsageError
from hadax.distilled.files.places import ZOO
from hadax.distilled.loading import Loaded
from hadax.launch.search.command_line import command_of
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.presenting.comparison import is_whole, method_of
from hadax.tasks.config import TaskConfig
from hadax.zoo import shipped
from hadax.zoo.curves import write_curve
from hadax.zoo.entry import Entry, Published, Search, file_stem
from hadax.zoo.index import read_index, write_index
from hadax.zoo.published import comparable
from tools.zoo.finished_run import FinishedRun

MOST_BYTES = 100_000
"""An artifact is smaller than this."""


@dataclass(frozen=True)
class Told:
    """What a person says of a run; what is None is found in its folder.

    Attributes:
      name: the entry's.
      cores: how many cores it had.
      core_minutes: None for the wall clock of its metrics times the cores.
      hardware: None for so many cores.
      environment_steps: in all; None for the upper bound by its settings.
      published: another score than the comparable run's.
      published_source: what that score is of.
      began_from: the entry that the run began from, where its folder names a file, or an earlier
        name of that entry.
    """

    name: str
    cores: int = 2
    core_minutes: float | None = None
    hardware: str | None = None
    environment_steps: int | None = None
    published: float | None = None
    published_source: str | None = None
    began_from: str | None = None


def add(run: FinishedRun, told: Told) -> Entry:
    """Writes the entry of a run, in place of an earlier one of its name; the index last.

    Raises:
      UsageError: a name that does not fit, a result that was not measured, one too large, or one
        that began from what is in no entry.
    """
    run = replace(run, config=_from_the_zoo(run.config, told.began_from))
    entry = entry_of(run, told)
    folder = shipped.FOLDER / shipped.ENTRIES
    size = run.artifact.stat().st_size
    if size >= MOST_BYTES:
        raise UsageError(
            f"{run.artifact}: {size:,} bytes, but an entry has less than {MOST_BYTES:,}"
        )
    steps = entry.search.environment_steps // run.generations
    _with_origins(run.result, run.config).save(folder / entry.file)
    write_curve((folder / entry.file).with_suffix(".csv"), run.curve(steps))
    index = shipped.FOLDER / shipped.INDEX
    others = [each for each in read_index(index) if each.name != entry.name]
    write_index(index, [*others, entry])
    return entry


def _with_origins(result: Loaded, config: SearchConfig) -> Loaded:
    """The result whose header says what it began from as the settings do."""
    header, normalizer_from = result.header, config.task.normalizer_from
    task = replace(header.task, normalizer_from=normalizer_from)
    further = {**header.further, "init_from": config.init_from}
    return replace(result, header=replace(header, task=task, further=further))


def _from_the_zoo(config: SearchConfig, began_from: str | None) -> SearchConfig:
    """The settings, what they begin from in the zoo: nobody else has this machine's files."""
    told = None if began_from is None else f"{ZOO}{shipped.entry(began_from).name}"

    def named(origin: str | None) -> str | None:
        place = origin and (told or origin)
        if place and not place.startswith(ZOO):
            raise UsageError(f"began from {place}, a file; name its entry: --began_from=NAME")
        return place

    task = replace(config.task, normalizer_from=named(config.task.normalizer_from))
    return replace(config, init_from=named(config.init_from), task=task)


def remove(name: str) -> None:
    """Takes an entry out of the index, and then its files away.

    Raises:
      UsageError: no such entry.
    """
    entry, index = shipped.entry(name), shipped.FOLDER / shipped.INDEX
    write_index(index, [each for each in read_index(index) if each.name != name])
    path = shipped.FOLDER / shipped.ENTRIES / entry.file
    for each in (path, path.with_suffix(".csv")):
        each.unlink(missing_ok=True)


def entry_of(run: FinishedRun, told: Told) -> Entry:
    """The record of a run.

    Raises:
      UsageError: a name that does not fit, or a result that was not measured.
    """
    header = run.result.header
    if header.score is None:
        raise UsageError(f"{run.artifact}: was not measured, so it has no score to tell")
    method, pairs = method_of(header), header.examples
    try:
        return Entry(
            name=told.name,
            file=f"{file_stem(told.name)}.safetensors",
            task=header.task.task,
            method=method,
            pairs=pairs,
            score=header.score,
            published=_published(told, header.task, method, pairs),
            search=_search(run, told),
        )
    except ValueError as error:
        raise UsageError(f"--name={told.name}: {error}") from error


def _published(told: Told, task: TaskConfig, method: str, pairs: int) -> Published | None:
    run = comparable(task.task, method, pairs) if is_whole(task) else None
    found = None if run is None else run.published
    if told.published is None:
        return found
    if told.published_source is not None or found is None:
        return Published(told.published, pairs, told.published_source or "the paper")
    return replace(found, score=told.published)


def _search(run: FinishedRun, told: Told) -> Search:
    steps, cores = told.environment_steps, told.cores
    minutes = told.core_minutes
    return Search(
        command=command_of(run.config),
        seed=run.config.seed,
        generations=run.generations,
        environment_steps=run.steps_a_generation * run.generations if steps is None else steps,
        core_minutes=round(run.seconds * cores / 60, 1) if minutes is None else minutes,
        hardware=told.hardware or f"{cores} core{'s' if cores > 1 else ''}",
    )
