"""A sweep's lines as text, as CSV and as JSON."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hadax.aggregates.bootstrap import CONFIDENCE, Estimate
from hadax.core.settings.fields import Value
from hadax.core.words.names import spelled
from hadax.launch.sweeps.outcomes import Outcome
from hadax.launch.sweeps.summary import Line


def as_text(lines: Sequence[Line]) -> str:
    """A table for people: scores as "value [low, high]", whose interval is the bootstrap's.

    Where networks failed, a column says what share of them, and in how many runs.
    """
    names, failures = _names(lines), any(line.failed for line in lines)
    interval = f"[{CONFIDENCE:.0%}]"
    heads = ["task", *names, "runs", *(["failed networks"] if failures else [])]
    table = [[*heads, f"mean {interval}", f"interquartile mean {interval}"]]
    for line in lines:
        runs = f"{line.done}" if line.done == line.of else f"{line.done} of {line.of}"
        varied = [_text(line.setting.get(name)) for name in names]
        failed = [_failures(line)] if failures else []
        told = [_told(line.mean), _told(line.interquartile)]
        table.append([line.task, *varied, runs, *failed, *told])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def as_csv(lines: Sequence[Line]) -> str:
    """The same lines with all digits, a column a number."""
    names = _names(lines)
    numbers = [f"{what}{end}" for what in ("mean", "iqm") for end in ("", "_low", "_high")]
    rows = [["task", *names, "pairs", "done", "of", "left_out", "failed", *numbers]]
    for line in lines:
        varied = [_text(line.setting.get(name)) for name in names]
        counts = [str(line.pairs), str(line.done), str(line.of), str(line.left_out)]
        told = [*_numbers(line.mean), *_numbers(line.interquartile)]
        rows.append([line.task, *varied, *counts, repr(line.failed), *told])
    return _csv(rows)


def cells_as_csv(outcomes: Sequence[Outcome]) -> str:
    """Every search of the sweep, done or not."""
    names = list(dict.fromkeys(name for each in outcomes for name in each.cell.varied))
    heads = ["score", "score_std", "metric", "networks", "failed"]
    further = ["pairs", "generation", "seconds", "reason"]
    rows = [["cell", *names, "status", *heads, *further]]
    for each in outcomes:
        row, score = _row(each), each.score
        varied = [_text(each.cell.varied.get(name)) for name in names]
        measured = [""] * len(heads)
        if score is not None:
            spread, networks = [repr(score.mean), repr(score.std)], str(score.networks)
            measured = [*spread, score.metric, networks, repr(score.failed)]
        told = [str(row["pairs"]), str(row["generation"]), str(row["seconds"])]
        rows.append([each.cell.name, *varied, each.status, *measured, *told, each.reason])
    return _csv(rows)


def as_document(outcomes: Sequence[Outcome], lines: Sequence[Line]) -> dict[str, Any]:
    """All of a sweep as JSON: the `outcomes` of its searches, and the `lines` of its table."""
    return {"cells": [_row(each) for each in outcomes], "lines": [asdict(line) for line in lines]}


def _row(outcome: Outcome) -> dict[str, Any]:
    return {
        "cell": outcome.cell.name,
        "varied": dict(outcome.cell.varied),
        "task": outcome.task,
        "status": outcome.status,
        "reason": outcome.reason,
        "score": None if outcome.score is None else asdict(outcome.score),
        "pairs": outcome.pairs,
        "generation": outcome.generation,
        "seconds": outcome.seconds,
        "arguments": list(outcome.cell.arguments),
    }


def _names(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(name for line in lines for name in line.setting))


def _failures(line: Line) -> str:
    """The share of the networks that failed, and in how many runs; "-" where none did."""
    return f"{line.failed:.2%} in {line.left_out} of {line.done}" if line.failed else "-"


def _told(estimate: Estimate | None) -> str:
    if estimate is None:
        return "-"
    interval = f" [{estimate.low:.5g}, {estimate.high:.5g}]" if estimate.has_interval else ""
    return f"{estimate.value:.5g}{interval}"


def _numbers(estimate: Estimate | None) -> list[str]:
    if estimate is None:
        return [""] * 3
    return [repr(estimate.value), repr(estimate.low), repr(estimate.high)]


def _text(value: Value) -> str:
    """A value as it is typed; "" for none."""
    return "" if value is None else spelled(value)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
