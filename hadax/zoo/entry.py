"""The record of one entry of the zoo: what it is, what it reaches, and what finding it took.

An entry's name is its task's, and that alone for the one to take: `brax/hopper`. Any other of the
same task says after an @ how it differs, several words joined by dashes: its number of pairs
(`brax/hopper@16`), `fixed` for HaDES-F, `policy` for a network whose weights were evolved
(`brax/hopper@16-fixed`), or a word of its own (`supervised/fashion_mnist@multi`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hadax.distilled.score import Score

METHODS: tuple[str, ...] = ("HaDES-R", "HaDES-F", "neuroevolution")
"""New initialisations every generation, the same ones throughout, or evolved weights."""

_BEGINS = re.compile(r" --init_from=zoo:(?P<name>\S+)")
_NAME = re.compile(r"(?P<task>[^@]+)(@(?P<words>[a-z0-9_.]+(-[a-z0-9_.]+)*))?")


@dataclass(frozen=True)
class Published:
    """What the authors of the method reached on a task.

    Attributes:
      score: the mean over their seeds.
      pairs: the size of their datasets; 0 for evolved weights.
      source: what the score is of.
      run: their result files' folder, by which their learning curve is known; "" for none.
    """

    score: float
    pairs: int
    source: str
    run: str = ""


@dataclass(frozen=True)
class Search:
    """What finding an entry took.

    Attributes:
      command: the exact one, which finds it again.
      seed: of the search.
      generations: done in all.
      environment_steps: at most: every episode counted at its full horizon; 0 without episodes.
      core_minutes: wall-clock minutes times the cores (or GPUs) it had.
      hardware: those, in words.
    """

    command: str
    seed: int
    generations: int
    environment_steps: int
    core_minutes: float
    hardware: str

    @property
    def begins_with(self) -> str | None:
        """The entry whose examples it started from; None for none."""
        found = _BEGINS.search(self.command)
        return None if found is None else found["name"]


@dataclass(frozen=True)
class Totals:
    """What all searches that led to an entry took.

    Attributes:
      environment_steps: at most, as of one search; 0 without episodes.
      minutes: by the hardware that they were spent on; a GPU's are no core's.
    """

    environment_steps: int
    minutes: Mapping[str, float]

    def __str__(self) -> str:
        """The minutes, as `3 (1 core), 4 (one H100 GPU)`."""
        return ", ".join(f"{spent:g} ({hardware})" for hardware, spent in self.minutes.items())


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
      name: as above.
      file: the artifact's, in the folder of entries.
      task: what it is for.
      method: one of METHODS.
      pairs: synthetic examples; 0 for evolved weights.
      score: as the artifact has it.
      published: what is comparable; None for nothing.
      search: how it was found.
    """

    name: str
    file: str
    task: str
    method: str
    pairs: int
    score: Score
    published: Published | None
    search: Search

    def __post_init__(self) -> None:
        _check(self)

    @property
    def compared(self) -> str:
        """The published score and its pairs, as `498 (2)`; "-" for none."""
        if self.published is None:
            return "-"
        score = self.score.beside(self.published.score)
        return f"{score} ({self.published.pairs})" if self.published.pairs else score


def file_stem(name: str) -> str:
    """What an entry's files are called, without their endings."""
    return name.replace("/", "-")


def _check(entry: Entry) -> None:
    """Refuses a record that contradicts itself.

    Raises:
      ValueError: says how.
    """
    match = _NAME.fullmatch(entry.name)
    if match is None or match["task"] != entry.task:
        raise ValueError(f"name {entry.name} is not {entry.task}, nor {entry.task}@WORDS")
    if entry.method not in METHODS:
        raise ValueError(f"{entry.name}: method {entry.method}, not one of {', '.join(METHODS)}")
    if entry.file != f"{file_stem(entry.name)}.safetensors":
        raise ValueError(f"{entry.name}: file {entry.file}, not {file_stem(entry.name)}...")
    for word in (match["words"] or "").split("-"):
        if word.isdigit() and int(word) != entry.pairs:
            raise ValueError(f"{entry.name}: {word} in its name, but {entry.pairs} pairs")
        if {"fixed": "HaDES-F", "policy": "neuroevolution"}.get(word, entry.method) != entry.method:
            raise ValueError(f"{entry.name}: {word} in its name, but it is {entry.method}")
