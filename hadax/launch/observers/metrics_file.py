"""metrics.csv: one row a generation, complete and in order even after an interruption."""

import csv
import io
from pathlib import Path
from typing import TypeAlias

from hadax.core.files import write_atomically
from hadax.core.run import Report

Row: TypeAlias = dict[str, str]
"""A generation's metrics as text, by column."""

_LEADING = ("generation", "seconds", "evolved_mean")


class MetricsFile:
    """Appends every report to a CSV file.

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
        values = {
            **report.metrics,
            "generation": report.generation,
            "seconds": round(report.seconds + self._seconds_before, 3),
            "evolved_mean": "" if report.evolved_mean is None else report.evolved_mean,
        }
        self._append([str(values[name]) for name in self._names])

    def _append(self, row: list[str]) -> None:
        with self._path.open("a", newline="") as file:
            csv.writer(file).writerow(row)

    def _drop_rows_after(self, keep: int) -> None:
        rows = read_metrics(self._path)
        kept = [row for row in rows if int(row["generation"]) <= keep]
        if not kept:
            self._path.unlink()
            return
        self._names = list(kept[0])
        self._seconds_before = float(kept[-1]["seconds"])
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self._names)
        writer.writeheader()
        writer.writerows(kept)
        write_atomically(self._path, text.getvalue().encode())


def read_metrics(path: Path) -> list[Row]:
    """The rows of a metrics file, none without one; a last row that was cut short is left out."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if line.endswith("\n")))
    return [row for row in rows if None not in row.values() and row["generation"].isdigit()]
