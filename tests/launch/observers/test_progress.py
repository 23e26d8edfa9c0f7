"""What a person sees while a search runs."""

import contextlib
import io

from hadax.core.run.loop import Report
from hadax.launch.observers.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def reports(progress):
    with contextlib.closing(progress):
        for generation in range(1, 41):
            evolved = 7.5 if generation % 10 == 0 else None
            progress.observe(Report(generation, {"fitness_mean": 1.25}, evolved, generation / 10))


def test_a_terminal_gets_a_bar():
    stream = Terminal()
    reports(Progress(40, stream=stream))
    assert "40/40" in stream.getvalue()
    assert "population 1.25, evolved mean 7.5 (at 40)" in stream.getvalue()


def test_a_log_gets_few_plain_lines():
    stream = io.StringIO()
    reports(Progress(40, stream=stream))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 20
    assert lines[-1].startswith("generation 40/40: population mean 1.25, evolved mean 7.5")
    assert "\r" not in stream.getvalue()


def test_time_left_is_never_more_than_the_budget_leaves():
    stream = io.StringIO()
    progress = Progress(1000, stream=stream, budget=60.0)
    for generation in range(1, 51):
        progress.observe(Report(generation, {"fitness_mean": 1.0}, None, float(generation)))
    assert stream.getvalue().splitlines()[-1].endswith(", 10 s left")


def test_a_log_is_never_silent_for_more_than_a_minute():
    stream = io.StringIO()
    progress = Progress(1_000_000, stream=stream)
    for generation in range(1, 201):
        progress.observe(Report(generation, {"fitness_mean": 1.0}, None, float(generation)))
    begins = [line.partition("/")[0] for line in stream.getvalue().splitlines()]
    assert begins == ["generation 60", "generation 120", "generation 180"]
