"""The index: records of all entries, sorted by name, as JSON that is easy to compare."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hadax.core.errors import UsageError, reason
from hadax.core.settings.annotations import construct
from hadax.core.storage.files import write_atomically
from hadax.distilled.score import score_from
from hadax.zoo.entry import Entry, Published, Search


def read_index(path: Path) -> tuple[Entry, ...]:
    """All entries, in the order of their names.

    Raises:
      UsageError: the file is missing or damaged; one line that names it.
    """
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(records, list):
            raise ValueError("no list")
        entries = tuple(_entry(record) for record in records)
        names = [entry.name for entry in entries]
        if names != sorted(set(names)):
            raise ValueError("names are not sorted, or one is there twice")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: the zoo's index cannot be read ({reason(error)})") from error
    return entries


def write_index(path: Path, entries: Iterable[Entry]) -> None:
    """Writes the index, atomically, sorted by name."""
    records = [dataclasses.asdict(entry) for entry in sorted(entries, key=lambda each: each.name)]
    text = json.dumps(records, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def _entry(record: Mapping[str, Any]) -> Entry:
    published = record["published"]
    return construct(
        Entry,
        {
            **record,
            "score": score_from(record["score"]),
            "published": None if published is None else construct(Published, published),
            "search": construct(Search, record["search"]),
        },
    )
