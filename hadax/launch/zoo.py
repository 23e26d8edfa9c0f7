"""hadax-zoo: the distilled datasets that come with hadax.

`list` prints a table; `show NAME` all that is known of an entry; `verify [NAME ...]` trains fresh
networks on entries, on all where none is named, and fails where one does not score as recorded.
"""

from typing import TYPE_CHECKING

from hadax import zoo
from hadax.core.errors import (
    MOST_ENTRIES,
    ConfigError,
    UsageError,
    require,
    require_choice,
    require_count,
)
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS, require_seed
from hadax.core.settings.views import flat
from hadax.core.words.names import pairs_of
from hadax.launch.commandline.command import Command, run_as_script
from hadax.launch.commandline.flags import Flag, Group, Parsed
from hadax.launch.machine.status import USAGE_STATUS
from hadax.zoo.shipped import totals_of

if TYPE_CHECKING:
    from hadax.zoo.verification import Verification

DIFFERS_STATUS = 1
"""Exit status when an entry does not do what its record says."""

_MOST_EXAMPLES = 16

ZOO = Group(
    "Zoo",
    (
        Flag("action", str, None, "list, show or verify"),
        Flag("names", list, None, "entries, one to show, any number to verify"),
        Flag("picture", str, None, "with show: draw the examples into this PNG file"),
    ),
)

VERIFYING = Group(
    "Verifying",
    (
        Flag("networks", int, FRESH_NETWORKS, "fresh networks to train, at least 2"),
        Flag("episodes", int, FRESH_EPISODES, "fresh episodes of each, at least 1 (control tasks)"),
        Flag("seed", int, 0, "decides initialisations and episodes"),
    ),
)


def main(parsed: Parsed) -> int:
    """Lists, shows or verifies; gives the exit status."""
    action = parsed.text("action") or ""
    require_choice("action", action, ("list", "show", "verify"))
    for name in parsed.given:
        of = "show" if name == "picture" else "verify"
        if name not in ("action", "names") and of != action:
            raise ConfigError(name, parsed.values[name], f"is for {of}; leave that out")
    given = parsed.values["names"]
    names = tuple(map(str, given)) if isinstance(given, tuple) else ()
    entries = tuple(zoo.entry(name.removeprefix("zoo:")) for name in names)
    if action == "verify":
        require_count("networks", parsed.whole("networks"), 2, MOST_ENTRIES)
        require_count("episodes", parsed.whole("episodes"), 1, MOST_ENTRIES)
        require_seed("seed", parsed.whole("seed"))
        return _verify(parsed, entries or zoo.entries())
    if len(names) != (action == "show"):
        expected = "name one entry: hadax-zoo show NAME" if action == "show" else "list takes none"
        raise ConfigError("names", ",".join(names), expected)
    if action == "show":
        picture = parsed.place("picture", ".png")
        drawn = picture is None or entries[0].pairs > 0
        require(drawn, "picture", picture, f"{names[0]} is a policy, without examples to draw")
        _show(entries[0], picture)
    else:
        print(listed(zoo.entries()))
    return 0


def listed(entries: tuple[zoo.Entry, ...]) -> str:
    """A table of entries, the scores that the method's authors reached beside.

    Steps and minutes are those of all searches that led to one.
    """
    heads = ("name", "pairs", "score", "published", "steps at most", "core-minutes", "method")
    table = [heads, *map(_row, entries)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 0 < place < len(heads) - 1 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def _row(entry: zoo.Entry) -> tuple[str, ...]:
    totals = totals_of(entry.name)
    return (
        entry.name,
        str(entry.pairs) if entry.pairs else "-",
        entry.score.spread,
        entry.compared,
        f"{totals.environment_steps:,}" if totals.environment_steps else "-",
        str(totals),
        entry.method,
    )


def _show(entry: zoo.Entry, picture: str | None) -> None:
    """Prints the record, what the artifact says of itself, and its examples."""
    from hadax.launch.machine.start import start

    start(devices=False)
    from hadax.distilled.distilled import Distilled
    from hadax.distilled.loading import load
    from hadax.pictures.figures import require_plotting
    from hadax.pictures.notebook import figure
    from hadax.pictures.rows import as_text

    if picture is not None:
        require_plotting()
    loaded = load(f"zoo:{entry.name}")
    header = loaded.header
    settings = {"task": header.task.task, **header.task.options, **flat(header.learner)}
    print("\n".join(_lines(entry)))
    print(f"versions   {', '.join(f'{name} {v}' for name, v in header.versions.items())}")
    print(f"settings   {' '.join(pairs_of(settings))}\n")
    if isinstance(loaded, Distilled):
        print(as_text(loaded, _MOST_EXAMPLES))
        if picture is not None:
            print(f"wrote {figure(loaded).save(picture)}")


def _lines(entry: zoo.Entry) -> list[str]:
    """The record in words."""
    search, published = entry.search, entry.published
    path = zoo.path_of(entry.name)
    compared = "nothing"
    if published is not None:
        size = f" with {published.pairs} pairs" if published.pairs else ""
        compared = f"{entry.score.beside(published.score)}{size} ({published.source})"
    steps = before = ""
    if search.environment_steps:
        steps = f"{search.environment_steps:,} environment steps at most, "
    if search.begins_with is not None:
        before = f", after those of {search.begins_with}"
    return [
        f"{entry.name}: {entry.method}, {f'{entry.pairs} pairs' if entry.pairs else 'a policy'}",
        f"score      {entry.score}",
        f"published  {compared}",
        f"search     {search.generations:,} generations, {steps}"
        f"{search.core_minutes:g} core-minutes ({search.hardware}), seed {search.seed}{before}",
        f"command    {search.command}",
        f"file       {path} ({path.stat().st_size:,} bytes)",
    ]


def _verify(parsed: Parsed, entries: tuple[zoo.Entry, ...]) -> int:
    """Measures entries, a line each; gives the exit status."""
    from hadax.launch.machine.start import start

    start(devices=False)
    from hadax.zoo.verification import verify

    settings = [parsed.whole(name) for name in ("seed", "networks", "episodes")]
    status = 0
    for entry in entries:
        try:
            verified = verify(entry, *settings)
        except UsageError as error:
            print(f"{entry.name}: cannot be measured here: {error}", flush=True)
            status = status or USAGE_STATUS
            continue
        print(f"{entry.name}: {_told(verified)}", flush=True)
        status = status if verified.agrees else DIFFERS_STATUS
    return status


def _told(verified: "Verification") -> str:
    recorded, measured = verified.recorded.spread, verified.measured.spread
    comparison = f"recorded {recorded}, measured {measured}"
    if verified.agrees:
        return f"{comparison}: agrees"
    apart = f"{abs(verified.difference):.3g} apart, {verified.allowed:.3g} allowed"
    return f"{comparison}: differs ({apart})"


COMMAND = Command(
    program="hadax-zoo",
    summary=__doc__ or "",
    groups=(ZOO, VERIFYING),
    main=main,
    answers=True,
    positional="action",
    rest="names",
)


def script() -> None:
    """The console script `hadax-zoo`."""
    run_as_script(COMMAND)


if __name__ == "__main__":
    script()
