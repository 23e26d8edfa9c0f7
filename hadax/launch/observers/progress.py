"""What a person sees while a search runs: a bar on a terminal, plain lines elsewhere."""

import sys
from typing import TextIO

from tqdm.std import tqdm

from hadax.core.notebooks import in_notebook
from hadax.core.run import Report

# Plain lines go to logs, where a line a generation would bury everything else.
_PLAIN_LINES = 20


class Progress:
    """Shows generation, population mean, evolved mean and time left.

    Args:
      generations: generations in all.
      done: generations done before.
      stream: where to show, stderr by default; a bar when it is a terminal or a notebook.
      label: which search of several it is; "" for the only one.
    """

    def __init__(
        self, generations: int, done: int = 0, stream: TextIO | None = None, label: str = ""
    ) -> None:
        self._label = f"{label}: " if label else ""
        stream = sys.stderr if stream is None else stream
        self._generations, self._stream = generations, stream
        self._evolved = "-"
        self._first: Report | None = None
        self._every = max(1, generations // _PLAIN_LINES)
        self._bar = (
            tqdm(
                total=generations,
                initial=done,
                file=stream,
                unit="gen",
                dynamic_ncols=True,
                desc=label or None,
            )
            if stream.isatty() or in_notebook()
            else None
        )

    def close(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.close()

    def observe(self, report: Report) -> None:
        """Moves the bar, or now and then writes a line."""
        self._first = self._first or report
        if report.evolved_mean is not None:
            self._evolved = f"{report.evolved_mean:.4g} (at {report.generation})"
        mean = f"{report.metrics['fitness_mean']:.4g}"
        if self._bar is not None:
            self._bar.set_postfix_str(f"population {mean}, evolved mean {self._evolved}")
            self._bar.update()
        elif report.generation % self._every == 0 or report.generation == self._generations:
            print(
                f"{self._label}generation {report.generation}/{self._generations}:"
                f" population mean {mean}, evolved mean {self._evolved}, {self._left(report)} left",
                file=self._stream,
                flush=True,
            )

    def _left(self, report: Report) -> str:
        """Time left, judged by the generations after the first, which also compiled."""
        if self._first is None or report.generation == self._first.generation:
            return "unknown time"
        pace = (report.seconds - self._first.seconds) / (report.generation - self._first.generation)
        return f"{pace * (self._generations - report.generation):.0f} s"
