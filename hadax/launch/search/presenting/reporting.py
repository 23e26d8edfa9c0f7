"""A run's or an artifact's report: all that is known of it, on one page."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hadax.core.bodies import Bodies
from hadax.core.errors import UsageError, reason
from hadax.core.settings.views import flat
from hadax.core.storage.files import write_atomically
from hadax.core.words.names import pairs_of, spelled
from hadax.distilled.distilled import Distilled
from hadax.distilled.files.header import Header
from hadax.distilled.loading import Loaded
from hadax.distilled.merged.header import SEED_KEY
from hadax.distilled.score import PLAYED
from hadax.launch.search.presenting.comparison import method_of, published_beside
from hadax.launch.search.presenting.origin import command_that_found
from hadax.launch.search.run_folder.file_names import (
    DATASET_PICTURE,
    FILM,
    LEARNING_CURVE,
    REPORT,
    STRIP,
    TRANSFER_PICTURE,
    TRANSFER_TABLE,
)
from hadax.pictures.datasets import COLUMN, dataset_figure
from hadax.pictures.figures import as_picture
from hadax.pictures.film import film
from hadax.pictures.page import Block, Code, Page, Picture, Section, Table, as_html
from hadax.pictures.rows import example_row, headings

_FILM_FRAMES, _FILM_WIDTH = 100, 320
_MOST_ROWS, _MOST_TRANSFER_ROWS = 16, 60

_METHODS = {
    "HaDES-R": "trains any network, from whatever initialisation",
    "HaDES-F": "trains networks from the initialisations that it was made for",
    "neuroevolution": "a network whose weights were evolved directly",
}


@dataclass(frozen=True)
class Sources:
    """Where a report finds what it shows.

    Attributes:
      folder: has pictures and tables, by their usual names.
      command: that made the result; "" for what its header tells.
      films: whether an episode is filmed: None where that takes no long compiling.
      notes: is given a line for what could not be shown.
    """

    folder: Path
    command: str = ""
    films: bool | None = None
    notes: list[str] = field(default_factory=list)


def write_report(result: Loaded, sources: Sources, path: Path) -> None:
    """Writes the report of a result into an HTML file."""
    write_atomically(path, as_html(page_of(result, sources)).encode())


def page_of(result: Loaded, sources: Sources) -> Page:
    """All that is known of a result, in the order in which one asks."""
    header, task = result.header, result.task
    sections = (
        Section("How it was found", _files(sources, {LEARNING_CURVE: _CURVE})),
        Section("The dataset", _dataset(result, sources)),
        Section("On the way", _files(sources, _ON_THE_WAY)),
        Section("At play", _film(result, sources)),
        Section("Other learners and tasks", _transfer(sources)),
        Section("Score", (_scores(result),)),
        Section("Make it again", _again(result, sources)),
    )
    lead = f"{method_of(header)}: {_METHODS[method_of(header)]}."
    highlights = [(result.size_in_words, "what was distilled")] if header.kind == "dataset" else []
    if result.score is not None:
        highlights.append((f"{result.score.spread} {task.unit}".strip(), _measured_on(result)))
    if (run := published_beside(result)) is not None:
        pairs = f"{run.pairs} pairs" if run.pairs else "weights"
        highlights.append((f"{run.published.score:g}", f"published, {pairs}"))
    return Page(header.task.task, lead, highlights, sections)


_CURVE = "Fitness over the search: higher is better."
_ON_THE_WAY = {
    FILM: "All images while they evolved.",
    STRIP: "The first images before the search, on the way, and after.",
}


def _files(sources: Sources, named: dict[str, str]) -> list[Block]:
    """Pictures that lie in the folder, with what is seen in them."""
    return [
        Picture((sources.folder / name).read_bytes(), Path(name).suffix[1:], caption)
        for name, caption in named.items()
        if (sources.folder / name).is_file()
    ]


def _dataset(result: Loaded, sources: Sources) -> list[Block]:
    """The examples as a picture, and as a table where they are numbers."""
    if not isinstance(result, Distilled):
        return []
    seen = "Each example as it would be seen, its numbers, and what a network is taught there."
    blocks: list[Block] = []
    if (path := sources.folder / DATASET_PICTURE).is_file():
        narrow = as_picture(dataset_figure(result, "", COLUMN, _MOST_ROWS)).png
        blocks.append(Picture(path.read_bytes(), "png", seen, narrow))
    if len(result.task.input_shape) <= 1:
        count = min(result.dataset.size, _MOST_ROWS)
        rows = [example_row(result, index) for index in range(count)]
        blocks.append(Table(("example", *headings(result)[1:]), rows))
        if result.dataset.size > count:
            blocks.append(f"and {result.dataset.size - count} more")
    return blocks


def _film(result: Loaded, sources: Sources) -> list[Block]:
    """An episode, where there are any; robots only when asked, for their physics compile long."""
    films = sources.films
    if films is None:
        films = not isinstance(result.task.pose, Bodies)
        if not films:
            return ["hadax-report --film adds an episode; its physics takes a while to compile."]
    if not films:
        return []
    try:
        shown = film(result.player(0), result.header.task.task, 0, _FILM_FRAMES, _FILM_WIDTH)
    except UsageError:
        # No episodes: nothing is missing.
        return []
    except Exception as error:
        sources.notes.append(f"no film in {REPORT}: {reason(error)}")
        return []
    words = (
        f"One episode of a fresh network: return {shown.episode_return:g} in {shown.steps} steps."
    )
    return [Picture(shown.webp, "webp", words)]


def _transfer(sources: Sources) -> list[Block]:
    """The table and the heat maps of a study of other learners, where one was made."""
    blocks = _files(sources, {TRANSFER_PICTURE: "The share of the score that other learners keep."})
    path = sources.folder / TRANSFER_TABLE
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = list(csv.reader(file)) or [[]]
        blocks.append(Table(head, rows[:_MOST_TRANSFER_ROWS]))
        if len(rows) > _MOST_TRANSFER_ROWS:
            blocks.append(f"and {len(rows) - _MOST_TRANSFER_ROWS} more in {TRANSFER_TABLE}")
    return blocks


def _scores(result: Loaded) -> Table:
    """Every measurement, and what it is read beside."""
    task, header = result.task, result.header
    rows = [("as measured", str(header.score or "not measured"))]
    if header.score is not None and header.score.returns is not None:
        rows.append(("returns of the episodes", str(header.score.returns)))
    if header.played is not None:
        rows.append(("as played", f"{header.played}, {PLAYED}"))
    levels = task.levels
    if levels.solved is not None:
        rows.append(("called solved", f"{levels.solved:g}"))
    if levels.random is not None:
        rows.append(("a random policy", f"{levels.random:g}"))
    if (run := published_beside(result)) is not None:
        rows.append(("published", f"{run.published.score:g}, {run.published.source}"))
    return Table(("", ""), rows, numeric=False)


def _again(result: Loaded, sources: Sources) -> Sequence[Block]:
    """The command, the seed, the settings, and what it was made with."""
    header = result.header
    command = sources.command or command_that_found(header)
    settings = {"task": header.task.task, **header.task.options, **flat(header.learner)}
    load = {"dataset": "load_dataset", "policy": "load_policy"}.get(header.kind, "load")
    rows = [
        _seed_row(header),
        ("made with", ", ".join(f"{name} {version}" for name, version in header.versions.items())),
        ("settings", "  ".join(pairs_of(settings))),
    ]
    use = f'import hadax\n\nfound = hadax.{load}("{header.kind}.safetensors")'
    blocks: list[Block] = [Code(command)] if command else []
    return [*blocks, Table(("", ""), rows, numeric=False), Code(use)]


def _seed_row(header: Header) -> tuple[str, str]:
    """The seed; of a merge by a key that key's words."""
    if SEED_KEY in header.further:
        return "key", spelled(header.further[SEED_KEY])
    return "seed", str(header.seed)


def _measured_on(result: Loaded) -> str:
    """What a score was measured on, without the score."""
    score = result.score
    assert score is not None
    words = str(score).removeprefix(score.spread).strip()
    return words[1:-1] if words.startswith("(") else words
