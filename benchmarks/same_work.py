"""One generation of the published code's four workloads: CPU-seconds and peak memory.

Each is run in a fresh process, as hadax-distill would run it, its first generations'
datasets being of no use yet, when the early end of episodes is worth most; the rows without it
play every step.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import columns, in_fresh_process, peak_mebibytes, report, timed
from benchmarks.workloads import IMAGES, WORKLOADS, make_engine

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 5, "generations timed")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides inner steps and horizons, for a quick look")
_WORKLOADS = flags.DEFINE_list("workloads", list(WORKLOADS), "some of the workloads")
_WORKLOAD = flags.DEFINE_enum("workload", None, WORKLOADS, "only this one, its numbers as JSON")
_EARLY_EXIT = flags.DEFINE_bool("early_exit", False, "with --workload: end with the episodes")
_CHUNK = flags.DEFINE_integer("chunk", 0, "with --workload: candidates together; 0 for automatic")
_EVALUATION = flags.DEFINE_integer("evaluation_chunk", 0, "with --workload: the same, evaluating")

MODULE = "benchmarks.same_work"


def main(arguments: Sequence[str]) -> None:
    """Measures all workloads, or one of them in this process."""
    del arguments
    if _WORKLOAD.value:
        print(json.dumps(_measure(_WORKLOAD.value, _EARLY_EXIT.value)))
        return
    rows = [
        _row(name, early_exit)
        for name in _WORKLOADS.value
        for early_exit in ((False, True) if WORKLOADS[name].plays else (False,))
    ]
    report("same_work", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(name: str, early_exit: bool) -> dict[str, Any]:
    """A workload's numbers beside the published code's."""
    workload = WORKLOADS[name]
    arguments = (
        f"--workload={name}",
        f"--early_exit={early_exit}",
        f"--repeats={_REPEATS.value}",
        f"--shrink={_SHRINK.value}",
    )
    measured = in_fresh_process(MODULE, arguments)
    published, memory = workload.published_cpu_seconds, workload.published_mebibytes
    return {
        "workload": name,
        "early exit": "yes" if early_exit else "no",
        **measured,
        "published CPU-s": published,
        "times fewer": published / measured["cpu_seconds"],
        "published MiB": memory,
        "times less": memory / measured["peak MiB"],
    }


def _measure(name: str, early_exit: bool) -> dict[str, Any]:
    """This process's numbers for one workload."""
    import jax

    shrunk = _shrunk(WORKLOADS[name].flags)
    chunks = {"chunk": _CHUNK.value, "evaluation_chunk": _EVALUATION.value}
    engine = make_engine({**shrunk, **chunks}, early_exit, IMAGES // _SHRINK.value)
    state = engine.init(jax.random.key(0))

    def generation() -> None:
        nonlocal state
        state, _ = engine.step(state)
        jax.block_until_ready(state)

    generation()
    timing = timed(generation, _REPEATS.value)
    return {
        "devices": engine.devices,
        "chunk": engine.chunk,
        "evaluation chunk": engine.evaluation_chunk or engine.chunk,
        **columns(timing),
        "peak MiB": peak_mebibytes(),
    }


def _shrunk(values: dict[str, Any]) -> dict[str, Any]:
    shorter: dict[str, Any] = {
        name: max(1, values[name] // _SHRINK.value)
        for name in ("inner_steps", "horizon")
        if name in values
    }
    return {**values, **shorter}


if __name__ == "__main__":
    app.run(main, argv=sys.argv)
