"""What the authors of the method reached, from `published_curves.csv` beside this file."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hadax.zoo.entry import Published

_PATH = Path(__file__).with_name("published_curves.csv")

_POPULATION = (
    "mean fitness of the population after the last of {generations} generations, {seeds} seeds"
)
_IMAGES = "test accuracy of ten fresh networks trained on each of the {seeds} released sets"


@dataclass(frozen=True)
class PublishedRun:
    """One row: a task, a method and a size, over several seeds.

    Attributes:
      task: its name here.
      method: one of hadax.zoo.entry.METHODS.
      pairs: the size; 0 for evolved weights.
      published: its score.
      curve: environment steps and mean fitness of the population, in their order.
    """

    task: str
    method: str
    pairs: int
    published: Published
    curve: tuple[tuple[int, float], ...]


@cache
def published_runs() -> tuple[PublishedRun, ...]:
    """All rows of the file."""
    with _PATH.open(newline="", encoding="utf-8") as file:
        return tuple(
            _run(row) for row in csv.DictReader(line for line in file if not line.startswith("#"))
        )


def comparable(task: str, method: str, pairs: int) -> PublishedRun | None:
    """The run to compare with: of as many pairs, or of the next more, or else of the most.

    Args:
      task: its name here.
      method: one of hadax.zoo.entry.METHODS.
      pairs: synthetic examples.
    """
    runs = [each for each in published_runs() if (each.task, each.method) == (task, method)]
    more = [each for each in runs if each.pairs >= pairs]
    if more:
        return min(more, key=lambda each: each.pairs)
    return max(runs, key=lambda each: each.pairs, default=None)


def _run(row: Mapping[str, str]) -> PublishedRun:
    words = _POPULATION if row["run"] else _IMAGES
    source = words.format(generations=f"{int(row['generations']):,}", seeds=row["seeds"])
    pairs, steps = int(row["pairs"]), int(row["steps"])
    marks = [name for name in row if name[0] == "g" and name[1:].isdigit() and row[name]]
    return PublishedRun(
        task=row["task"],
        method=row["method"],
        pairs=pairs,
        published=Published(float(row["score"]), pairs, source, row["run"]),
        curve=tuple((int(name[1:]) * steps, float(row[name])) for name in marks),
    )
