"""One generation of the published code's four workloads: CPU-seconds and peak memory.

Each is run in a fresh process, as hadax-distill would run it, its first generations'
datasets being of no use yet, when the early end of episodes is worth most; the rows without it
play every step. Both precisions are measured. Beside the published code's figures, which are of
another machine, stand those of the same generation written the straightforward way in float32,
taken on this machine in the same run.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import (
    columns,
    in_fresh_process,
    peak_mebibytes,
    report,
    timed,
    timed_generations,
)
from benchmarks.plain import plain_generation
from benchmarks.workloads import IMAGES, WORKLOADS, make_engine
from hadax.learners.config import PRECISIONS

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 5, "generations timed")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides inner steps and horizons, for a quick look")
_WORKLOADS = flags.DEFINE_list("workloads", list(WORKLOADS), "some of the workloads")
_PRECISIONS = flags.DEFINE_list("precisions", list(PRECISIONS), "some of them")
_WORKLOAD = flags.DEFINE_enum("workload", None, WORKLOADS, "only this one, its numbers as JSON")
_EARLY_EXIT = flags.DEFINE_bool("early_exit", False, "with --workload: end with the episodes")
_PRECISION = flags.DEFINE_enum("precision", "float32", PRECISIONS, "with --workload: of products")
_PLAIN = flags.DEFINE_bool("plain", False, "with --workload: the straightforward way instead")
_PLAIN_REPEATS = flags.DEFINE_integer("plain_repeats", 2, "generations timed of that")
_CHUNK = flags.DEFINE_integer("chunk", 0, "with --workload: networks together; 0 for automatic")
_EVALUATION = flags.DEFINE_integer("evaluation_chunk", 0, "with --workload: the same, evaluating")

MODULE = "benchmarks.same_work"


def main(arguments: Sequence[str]) -> None:
    """Measures all workloads, or one of them in this process."""
    del arguments
    if _WORKLOAD.value:
        measure = _measure_plain if _PLAIN.value else _measure
        print(json.dumps(measure(_WORKLOAD.value)))
        return
    rows = [row for name in _WORKLOADS.value for row in _rows(name)]
    report("same_work", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _rows(name: str) -> list[dict[str, Any]]:
    """A workload's numbers, with and without early exit, beside the other two's."""
    plain = _in_process(name, "--plain", f"--repeats={_PLAIN_REPEATS.value}")
    exits = (False, True) if WORKLOADS[name].plays else (False,)
    return [
        _row(name, early_exit, precision, plain)
        for early_exit in exits
        for precision in _PRECISIONS.value
    ]


def _row(name: str, early_exit: bool, precision: str, plain: dict[str, Any]) -> dict[str, Any]:
    workload = WORKLOADS[name]
    choices = (f"--early_exit={early_exit}", f"--precision={precision}")
    measured = _in_process(name, *choices, f"--repeats={_REPEATS.value}")
    others = {
        "plain": (plain["cpu_seconds"], plain["peak MiB"]),
        "published": (workload.published_cpu_seconds, workload.published_mebibytes),
    }
    compared = {}
    for which, (cpu_seconds, mebibytes) in others.items():
        compared[f"{which} CPU-s"] = cpu_seconds
        compared[f"{which} / ours"] = cpu_seconds / measured["cpu_seconds"]
        compared[f"{which} MiB"] = mebibytes
        compared[f"{which} MiB / ours"] = mebibytes / measured["peak MiB"]
    chosen = {"early exit": "yes" if early_exit else "no", "precision": precision}
    return {"workload": name, **chosen, **measured, **compared}


def _in_process(name: str, *arguments: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    shared = (f"--workload={name}", f"--shrink={_SHRINK.value}")
    numbers: dict[str, Any] = in_fresh_process(MODULE, (*shared, *arguments))
    return numbers


def _measure(name: str) -> dict[str, Any]:
    """This process's numbers for one workload."""
    from hadax.core.objectives.distillation import Distillation

    config = WORKLOADS[name].search(
        _SHRINK.value,
        chunk=_CHUNK.value,
        evaluation_chunk=_EVALUATION.value,
        precision=_PRECISION.value,
    )
    engine = make_engine(config, _EARLY_EXIT.value, IMAGES // _SHRINK.value)
    timing = timed_generations(engine, _REPEATS.value)
    objective = engine.objective
    assert isinstance(objective, Distillation)
    return {
        "devices": engine.devices,
        "chunk": engine.candidate_chunk * objective.network_chunk,
        "evaluation chunk": engine.evaluation_candidate_chunk * objective.evaluation_network_chunk,
        **columns(timing),
        "peak MiB": peak_mebibytes(),
    }


def _measure_plain(name: str) -> dict[str, Any]:
    """This process's numbers for the workload written the straightforward way."""
    import jax

    config = WORKLOADS[name].search(_SHRINK.value)
    engine = make_engine(config, False, IMAGES // _SHRINK.value)
    generation = plain_generation(engine, config)
    key = jax.random.key(0)

    def work() -> None:
        jax.block_until_ready(generation(key))

    work()
    return {**columns(timed(work, _REPEATS.value)), "peak MiB": peak_mebibytes()}


if __name__ == "__main__":
    app.run(main, argv=sys.argv)
