"""docs/zoo.md, generated from the index."""

import re
from pathlib import Path

from hadax import zoo
from hadax.core.storage.files import write_atomically
from hadax.distilled.files.header import Header, read
from hadax.tasks.rl.config import as_played
from hadax.zoo.shipped import totals_of
from tools.zoo.figures import CURVE, FOLDER, PICTURE, draw_missing

PAGE = Path(__file__).parents[2] / "docs" / "zoo.md"

PICTURES = PAGE.parent / FOLDER

_TOP = Path(__file__).with_name("introduction.md").read_text(encoding="utf-8")

_HEADS = (
    *("entry", "method", "pairs", "network", "physics", "score", "as played", "published"),
    *("steps at most", "core-minutes"),
)


def write_page(redraw: bool) -> None:
    """Writes the page, and draws its pictures: those that are missing, or all.

    Args:
      redraw: whether all.
    """
    write_atomically(PAGE, page(zoo.entries()).encode())
    for entry in zoo.entries():
        draw_missing(entry, PICTURES, redraw)


def page(entries: tuple[zoo.Entry, ...]) -> str:
    """The page's text."""
    headers = {entry.name: read(zoo.path_of(entry.name))[0] for entry in entries}
    rows = [_row(entry, headers[entry.name]) for entry in entries]
    table = [_HEADS, tuple("---" for _ in _HEADS), *rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([_TOP, *lines, "", *map(_section, entries)])


def anchor(heading: str) -> str:
    """Where a heading is on its page."""
    return re.sub(r"[^\w\s-]", "", heading).strip().lower()


def _row(entry: zoo.Entry, header: Header) -> tuple[str, ...]:
    totals = totals_of(entry.name)
    steps = totals.environment_steps
    return (
        f"[{entry.name}](#{anchor(entry.name)})",
        entry.method,
        str(entry.pairs) if entry.pairs else "-",
        _network(header),
        str(header.task.options.get("backend") or "-"),
        entry.score.spread,
        played_score(header),
        entry.compared,
        f"{steps:.2g}".replace("e+0", "e") if steps else "-",
        str(totals),
    )


def played_score(header: Header) -> str:
    """What policies score as people play them, or whether that is another number at all."""
    if header.played is not None:
        return header.played.spread
    options = header.task.options
    own = str(options.get("action_mode", "greedy")), str(options.get("normalizer"))
    return "the same" if as_played(*own) == own else "not measured"


def _network(header: Header) -> str:
    network = header.learner.network
    dense = f"{network.depth} x {network.width}" if network.depth else "linear"
    layers = dense if network.network == "mlp" else f"{network.network}, {dense}"
    view = header.task.options.get("view")
    return f"{layers}, view {view}" if view else layers


def _section(entry: zoo.Entry) -> str:
    """An entry's pictures and command."""
    stem, search = entry.file.removesuffix(".safetensors"), entry.search
    dataset = [f"![The examples of {entry.name}]({FOLDER}/{stem}{PICTURE})", ""]
    steps = f", {search.environment_steps:,} environment steps at most"
    if search.begins_with is not None:
        steps += f" after those of [{search.begins_with}](#{anchor(search.begins_with)})"
    return "\n".join(
        [
            f"## {entry.name}",
            "",
            *(dataset if entry.pairs else []),
            f"![The learning curve of {entry.name}]({FOLDER}/{stem}{CURVE})",
            "",
            f"{entry.score}; {search.generations:,} generations"
            f"{steps if search.environment_steps else ''}, {search.core_minutes:g} core-minutes,"
            f" seed {search.seed}.",
            "",
            f'<!-- test: skip="a search of {search.core_minutes:g} core-minutes" -->',
            "```bash",
            search.command,
            "```",
            "",
        ]
    )
