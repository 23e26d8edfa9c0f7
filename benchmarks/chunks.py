"""The automatic chunks against all others, on the published code's workloads.

Both chunks are tried in powers of two, each in a process of its own; `slower` is how much longer
the automatic choice takes than the best that was found.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import in_fresh_process, report
from benchmarks.workloads import WORKLOADS

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 3, "generations timed")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides inner steps and horizons, for a quick look")
_WIDEST = flags.DEFINE_integer("widest", 8, "the largest chunk tried")
_WORKLOADS = flags.DEFINE_list("workloads", list(WORKLOADS), "some of the workloads")


def main(arguments: Sequence[str]) -> None:
    """Tries every pair of chunks on every workload."""
    del arguments
    rows = [_row(name) for name in _WORKLOADS.value]
    report("chunks", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(name: str) -> dict[str, Any]:
    automatic = _measured(name, 0, 0)
    config = WORKLOADS[name].search()
    inits = config.distillation.inits_per_candidate
    networks = config.strategy.population * inits // automatic["devices"]
    widest = min(_WIDEST.value, networks)
    sizes = [2**power for power in range(widest.bit_length())]
    tried = {
        (training, evaluation): _measured(name, training, evaluation)["seconds"]
        for training in sizes
        for evaluation in sizes
    }
    (training, evaluation), best = min(tried.items(), key=lambda each: each[1])
    return {
        "workload": name,
        "automatic": f"{automatic['chunk']} / {automatic['evaluation chunk']}",
        "seconds": automatic["seconds"],
        "best by hand": f"{training} / {evaluation}",
        "its seconds": best,
        "slower": f"{100 * (automatic['seconds'] / best - 1):.0f} %",
        "tried": len(tried),
        "worst seconds": max(tried.values()),
    }


def _measured(name: str, training: int, evaluation: int) -> dict[str, Any]:
    arguments = (
        f"--workload={name}",
        f"--repeats={_REPEATS.value}",
        f"--shrink={_SHRINK.value}",
        f"--chunk={training}",
        f"--evaluation_chunk={evaluation}",
    )
    numbers: dict[str, Any] = in_fresh_process("benchmarks.same_work", arguments)
    return numbers


if __name__ == "__main__":
    app.run(main)
