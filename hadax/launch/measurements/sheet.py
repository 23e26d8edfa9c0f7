"""Scores that were measured, for other programs: as JSON or comma-separated values."""

import csv
import dataclasses
import io
import json
from dataclasses import dataclass, field
from typing import Any

from hadax.core.errors import require
from hadax.core.storage.files import ending_of, expanded, write_atomically
from hadax.distilled.score import Quantiles, Score

KINDS: tuple[str, ...] = ("json", "csv")
"""What a sheet is written as."""

_NESTED = "returns"

_COLUMNS = (
    "measured",
    *(each.name for each in dataclasses.fields(Score) if each.name != _NESTED),
    *(each.name for each in dataclasses.fields(Quantiles)),
)


@dataclass
class Sheet:
    """Scores in the order in which they were measured.

    Attributes:
      rows: what was measured, and its score.
    """

    rows: list[tuple[str, Score]] = field(default_factory=list)

    def add(self, what: str, score: Score) -> Score:
        """Notes a score, and gives it back; `what` says of what."""
        self.rows.append((what, score))
        return score

    def text(self, kind: str) -> str:
        """All rows, `kind` being one of KINDS."""
        records = [{"measured": what, **dataclasses.asdict(score)} for what, score in self.rows]
        if kind == "json":
            return json.dumps(records, indent=2, ensure_ascii=False) + "\n"
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(_flat, records))
        return text.getvalue()

    def give(self, out: str) -> None:
        """Prints all rows where `out` is a bare kind; else writes the file that it names."""
        if is_bare(out):
            print(self.text(out), end="")
            return
        place = expanded(out)
        write_atomically(place, self.text(kind_of(out)).encode())
        print(f"wrote {place}")


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record whose quantiles are columns of their own, empty where there are none."""
    plain = {name: value for name, value in record.items() if name != _NESTED}
    return {**plain, **(record[_NESTED] or {})}


def is_bare(out: str | None) -> bool:
    """Whether the scores are to be printed, `out` naming nothing but a kind."""
    return out in KINDS


def kind_of(out: str) -> str:
    """The kind that a file's ending, or a bare word, asks for.

    Raises:
      ConfigError: neither; of "out".
    """
    kind = ending_of(out).removeprefix(".") or out
    require(kind in KINDS, "out", out, "must be json, csv, or a file that ends so")
    return kind
