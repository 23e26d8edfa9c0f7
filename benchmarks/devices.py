"""What the published code's four workloads cost on two devices, over what they cost on one.

A generation of each, every step played, in turn in one process: CPU-seconds, so that a second
device that only waits costs nothing, and one that hinders the first does.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import generations, report, timed_in_turn

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 3, "measurements of each")
_WORKLOADS = flags.DEFINE_list("workloads", ["a", "b", "c", "d"], "some of the workloads")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides inner steps and horizons, for a quick look")


def main(arguments: Sequence[str]) -> None:
    """Measures every workload."""
    del arguments
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    rows = [_row(name) for name in _WORKLOADS.value]
    report("devices", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(name: str) -> dict[str, Any]:
    from benchmarks.workloads import IMAGES, WORKLOADS, make_engine

    def on(devices: int) -> Any:
        config = WORKLOADS[name].search(_SHRINK.value, devices=devices)
        return generations(make_engine(config, False, IMAGES // _SHRINK.value))

    one, two = timed_in_turn([on(1), on(2)], _REPEATS.value)
    return {
        "workload": name,
        "one device, CPU-s": one,
        "two devices, CPU-s": two,
        "times": two / one,
    }


if __name__ == "__main__":
    app.run(main)
