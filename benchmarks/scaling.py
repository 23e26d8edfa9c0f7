"""How a generation's time grows with what is asked of it, and falls with devices.

One number at a time is changed; a slope is that of log seconds over log number since the line
before, so 1 is in proportion and 0 is for nothing.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import columns, in_fresh_process, report, timed_generations
from benchmarks.workloads import Settings, make_engine, search

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 5, "generations timed")
_FLAGS = flags.DEFINE_string("flags", None, "one measurement's flags as JSON, its numbers as JSON")
_AXES = flags.DEFINE_list("axes", None, "some of what is changed; all by default")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides every number, for a quick look")

MODULE = "benchmarks.scaling"

TASK = "gymnax/CartPole-v1"

BASE: dict[str, int] = {
    "population": 64,
    "dataset_size": 4,
    "width": 128,
    "horizon": 500,
    "inner_steps": 100,
}

AXES: dict[str, tuple[int, ...]] = {
    "population": (32, 128, 512, 2048, 8192),
    "dataset_size": (1, 4, 16, 64, 256),
    "width": (16, 64, 256, 1024),
    "horizon": (125, 500, 2000),
    "inner_steps": (25, 100, 400),
    "devices": (1, 2, 4, 8),
}


def main(arguments: Sequence[str]) -> None:
    """Measures all axes, or one point in this process."""
    del arguments
    if _FLAGS.value:
        print(json.dumps(_measure(json.loads(_FLAGS.value))))
        return
    rows = [row for axis in _AXES.value or AXES for row in _rows(axis)]
    report("scaling", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _rows(axis: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before: tuple[int, float] | None = None
    for value in dict.fromkeys(_asked(axis, each) for each in AXES[axis]):
        numbers = _point(axis, value)
        slope = _slope(before, (value, numbers["seconds"])) if before else "-"
        rows.append({"axis": axis, "value": value, **numbers, "slope": slope})
        before = value, numbers["seconds"]
    return rows


def _asked(axis: str, number: int) -> int:
    """The number that is measured, smaller for a quick look; devices are as they are."""
    shrink = 1 if axis == "devices" else _SHRINK.value
    return max(8, number // shrink) if shrink > 1 else number


def _slope(before: tuple[int, float], after: tuple[int, float]) -> float:
    return math.log(after[1] / before[1]) / math.log(after[0] / before[0])


def _point(axis: str, value: int) -> dict[str, float]:
    devices = value if axis == "devices" else 2
    base = {name: _asked(name, each) for name, each in BASE.items()}
    values = {"task": TASK, **base, axis: value, "devices": devices}
    environment = {"XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}"}
    arguments = (f"--flags={json.dumps(values)}", f"--repeats={_REPEATS.value}")
    numbers: dict[str, float] = in_fresh_process(MODULE, arguments, **environment)
    return numbers


def _measure(settings: Settings) -> dict[str, float]:
    engine = make_engine(search(settings), early_exit=False)
    return columns(timed_generations(engine, _REPEATS.value))


if __name__ == "__main__":
    app.run(main)
