"""The zoo in this installation: its entries by name, and where their files are; imports no JAX."""

from collections.abc import Mapping
from pathlib import Path

from hadax.core.errors import UsageError
from hadax.core.words.names import nearest, spelled
from hadax.distilled.files.places import ZOO
from hadax.zoo.entry import Entry, Totals
from hadax.zoo.index import read_index

FOLDER = Path(__file__).parent
"""Has the index and the folder of entries."""

INDEX, ENTRIES = "index.json", "entries"
"""What they are called."""


def entries() -> tuple[Entry, ...]:
    """The records of all entries, in the order of their names.

    Raises:
      UsageError: the index is damaged.
    """
    return read_index(FOLDER / INDEX)


def names() -> tuple[str, ...]:
    """The names of all entries, sorted.

    Raises:
      UsageError: the index is damaged.
    """
    return tuple(each.name for each in entries())


def entry(name: str) -> Entry:
    """The record of one entry.

    Args:
      name: one of `names()`, "zoo:" before it or not.

    Raises:
      UsageError: no such entry; near matches are listed. Or the index is damaged.
    """
    return _named(name, _by_name())


def path_of(name: str) -> Path:
    """The artifact of one entry.

    Raises:
      UsageError: as for `entry`.
    """
    return FOLDER / ENTRIES / entry(name).file


def searches_of(name: str) -> tuple[Entry, ...]:
    """The entries whose searches led to one, in turn: the first began with none, the last is it.

    Raises:
      UsageError: as for `entry`; or they begin with each other.
    """
    known = _by_name()
    found = [_named(name, known)]
    while (before := found[0].search.begins_with) is not None:
        if before in [each.name for each in found]:
            raise UsageError(f"zoo:{name}: its search begins with itself")
        found.insert(0, _named(before, known))
    return tuple(found)


def totals_of(name: str) -> Totals:
    """What all `searches_of` an entry took, their minutes apart by hardware.

    Raises:
      UsageError: as for `searches_of`.
    """
    searches = [each.search for each in searches_of(name)]
    minutes: dict[str, float] = {}
    for search in searches:
        hardware = search.hardware.split(",")[0]
        minutes[hardware] = minutes.get(hardware, 0) + search.core_minutes
    return Totals(sum(search.environment_steps for search in searches), minutes)


def _by_name() -> dict[str, Entry]:
    return {each.name: each for each in entries()}


def _named(name: str, known: Mapping[str, Entry]) -> Entry:
    name = name.removeprefix(ZOO) if isinstance(name, str) else name
    if not isinstance(name, str) or name not in known:
        hint = nearest(str(name), known) or "; hadax.zoo.names() lists all"
        raise UsageError(f"zoo:{spelled(name)}: no such entry{hint}")
    return known[name]
