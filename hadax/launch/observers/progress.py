"""What a person sees while a search runs: a bar on a terminal, plain lines elsewhere."""

import math
import sys
from dataclasses import dataclass, field
from typing import Any, TextIO

from tqdm.std import tqdm

from hadax.core.run.loop import Report
from hadax.core.words.notebooks import in_notebook
from hadax.launch.observers.derived import seconds_left

# Plain lines go to logs, where a line a generation would bury everything else.
_PLAIN_LINES = 20

# Nor should it look as if nothing went on.
_SILENT_SECONDS = 60.0


@dataclass
class Progress:
    """Shows generation, population mean, evolved mean and time left.

    Attributes:
      generations: generations in all.
      done: generations done before.
      stream: where to show, stderr by default; a bar when it is a terminal or a notebook.
      label: which search of several it is; "" for the only one.
      budget: seconds after which this process ends the search; infinite for none.
    """

    generations: int
    done: int = 0
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    label: str = ""
    budget: float = math.inf
    _evolved: str = field(default="-", init=False)
    _first: Report | None = field(default=None, init=False)
    _told: float = field(default=0.0, init=False)
    _bar: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.stream.isatty() or in_notebook():
            self._bar = tqdm(
                total=self.generations,
                initial=self.done,
                file=self.stream,
                unit="gen",
                dynamic_ncols=True,
                desc=self.label or None,
            )

    def close(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.close()

    def observe(self, report: Report) -> None:
        """Moves the bar, or now and then writes a line."""
        self._first = self._first or report
        if report.evolved_fitness is not None:
            self._evolved = f"{report.evolved_fitness:.4g} (at {report.generation})"
        mean = f"{report.metrics['fitness_mean']:.4g}"
        if self._bar is not None:
            self._bar.set_postfix_str(f"population {mean}, evolved mean {self._evolved}")
            self._bar.update()
        elif self._has_a_line(report):
            label = f"{self.label}: " if self.label else ""
            print(
                f"{label}generation {report.generation}/{self.generations}:"
                f" population mean {mean}, evolved mean {self._evolved}, {self._left(report)} left",
                file=self.stream,
                flush=True,
            )

    def _has_a_line(self, report: Report) -> bool:
        """Whether it is the last, a twentieth of all is over, or nothing was told for a while."""
        every = max(1, self.generations // _PLAIN_LINES)
        due = report.generation % every == 0 or report.generation == self.generations
        if due or report.seconds - self._told >= _SILENT_SECONDS:
            self._told = report.seconds
            return True
        return False

    def _left(self, report: Report) -> str:
        """Time left, in words."""
        if self._first is None or report.generation == self._first.generation:
            return "unknown time"
        return f"{seconds_left(report, self._first, self.generations, self.budget):.0f} s"
