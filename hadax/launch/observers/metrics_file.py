"""metrics.csv: one row a generation, complete and in order even after an interruption."""

import codecs
import csv
import io
import os
import re
import sys
from pathlib import Path
from typing import TypeAlias

from hadax.core.run.loop import Report
from hadax.core.storage.files import write_atomically

Row: TypeAlias = dict[str, str]
"""A generation's metrics as text, by column."""

_LEADING = ("generation", "seconds", "evolved_mean")
_ASIDE = ".set_aside"


class MetricsFile:
    """Appends every report to a CSV file.

    What another program left in its place, and cannot be read as rows, is kept beside it, and a
    line on stderr says so.

    Args:
      path: the file; made with its header at the first report.
      keep: generations already done; rows after them, of a run that was interrupted after its
        last checkpoint, are dropped.
    """

    def __init__(self, path: Path, keep: int = 0) -> None:
        self._path = path
        self._names: list[str] = []
        self._seconds_before = 0.0
        if path.exists():
            self._drop_rows_after(keep)

    def observe(self, report: Report) -> None:
        """Writes one row; `seconds` goes on counting where an interrupted run stopped."""
        if not self._names:
            self._names = [*_LEADING, *sorted(report.metrics)]
            self._append(self._names)
        if further := sorted(report.metrics.keys() - set(self._names)):
            self._extend(further)
        values = {
            **report.metrics,
            "generation": report.generation,
            "seconds": round(report.seconds + self._seconds_before, 3),
            "evolved_mean": "" if report.evolved_fitness is None else report.evolved_fitness,
        }
        self._append([str(values.get(name, "")) for name in self._names])

    def close(self) -> None:
        """Nothing is held open between rows."""

    def _extend(self, further: list[str]) -> None:
        """Adds columns, which earlier rows have nothing in: an older release's, or a rare one."""
        rows = read_metrics(self._path)
        self._names += further
        self._write(rows)

    def _write(self, rows: list[Row]) -> None:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self._names, restval="")
        writer.writeheader()
        writer.writerows(rows)
        write_atomically(self._path, text.getvalue().encode())

    def _append(self, row: list[str]) -> None:
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(row)

    def _drop_rows_after(self, keep: int) -> None:
        lines = _lines(self._path)
        rows = _rows(lines)
        if not self._path.is_file() or not _only_rows(lines, rows):
            _set_aside(self._path, rows)
        kept = [row for row in rows if int(row["generation"]) <= keep]
        if not kept:
            self._path.unlink(missing_ok=True)
            return
        self._names = list(kept[0])
        self._seconds_before = float(kept[-1].get("seconds") or 0)
        self._write(kept)


def read_metrics(path: Path) -> list[Row]:
    """The rows of a metrics file in their order, none without one.

    A row that was cut short, or is no row of numbers, is left out; a byte order mark, and what
    spreadsheets separate columns with, are understood.
    """
    return _rows(_lines(path))


def _rows(lines: list[str]) -> list[Row]:
    """The rows of a file's lines, by generation; none of what has no header."""
    names, separator = _header(lines)
    rows: dict[int, Row] = {}
    for line in lines[1:] if names else ():
        row = _row(names, _fields(line, separator)) if line.endswith("\n") else {}
        if row:
            rows.setdefault(int(row["generation"]), row)
    return [rows[generation] for generation in sorted(rows)]


def _header(lines: list[str]) -> tuple[list[str], str]:
    """A file's columns, [] where it has no header, and what separates them."""
    separator = next((sign for sign in ";\t" if lines and sign in lines[0]), ",")
    names = _fields(lines[0], separator) if lines else []
    return (names if _LEADING[0] in names else []), separator


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    content = path.read_bytes()
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content.decode("utf-16" if marked else "utf-8-sig", errors="replace")
    return [line for line in re.split(r"(?<=\n)", text) if line.strip()]


def _fields(line: str, separator: str) -> list[str]:
    """A line's values; by itself, so that a stray quotation mark takes no other line with it."""
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:
        return []


def _row(names: list[str], values: list[str]) -> Row:
    """The values by column; {} where they are no generation's."""
    if len(values) != len(names):
        return {}
    row = dict(zip(names, values, strict=True))
    numeric = all(_is_number(value) for value in values if value)
    return row if numeric and row["generation"].isdecimal() else {}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _only_rows(lines: list[str], rows: list[Row]) -> bool:
    """Whether a file's lines are its header, its rows, and perhaps a last one cut short."""
    cut = bool(lines) and not lines[-1].endswith("\n")
    headed = bool(_header(lines)[0]) or not lines
    return headed and len(lines) - cut <= len(rows) + 1


def _set_aside(path: Path, rows: list[Row]) -> None:
    """Keeps what lies in a file's place beside it, in a line on stderr."""
    aside = path.with_name(path.name + _ASIDE)
    os.replace(path, aside)
    what = f"{len(rows)} rows of it can be read" if rows else "it holds no rows"
    print(f"{path}: changed by another program; {what}; kept as {aside.name}", file=sys.stderr)
