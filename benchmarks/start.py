"""Seconds and memory before anything is learned: --help, imports, first generations."""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import cost_of, report

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 3, "times that each is started")
_TASKS = flags.DEFINE_list(
    "tasks", ["gymnax/CartPole-v1", "brax/hopper", "supervised/digits"], "of the first generation"
)

_IMPORTS = flags.DEFINE_list(
    "imports",
    [
        "hadax",
        "jax",
        "hadax.launch.search.build",
        "gymnax",
        "hadax.tasks.rl.simulators.from_gymnax",
        "brax.envs",
    ],
    "modules",
)

_DISTILL = (sys.executable, "-m", "hadax.launch.distill")
_CACHE = "JAX_COMPILATION_CACHE_DIR"


def main(arguments: Sequence[str]) -> None:
    """Times every start."""
    del arguments
    imports: dict[str, tuple[str, ...]] = {
        name: (sys.executable, "-c", f"import {name}") for name in _IMPORTS.value
    }
    commands: dict[str, tuple[str, ...]] = {"hadax-distill --help": (*_DISTILL, "--help")}
    commands |= {f"import {name}": command for name, command in imports.items()}
    rows = [_row(name, command) for name, command in commands.items()]
    rows += [row for task in _TASKS.value for row in _first_generation(task)]
    report("start", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(name: str, command: Sequence[str], **environment: str) -> dict[str, Any]:
    costs = [cost_of(command, **environment) for _ in range(_REPEATS.value)]
    seconds = [cost.seconds for cost in costs]
    return {
        "what": name,
        "median seconds": statistics.median(seconds),
        "fastest": min(seconds),
        "slowest": max(seconds),
        "peak MiB": max(cost.peak_mebibytes for cost in costs),
    }


def _first_generation(task: str) -> list[dict[str, Any]]:
    """A whole process that runs one generation, without and with what an earlier one compiled."""
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import sys; from benchmarks.start import one_generation; one_generation(sys.argv[1])"
        )
        command = (sys.executable, "-c", code, task)
        cached = {_CACHE: folder, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        never = {"JAX_ENABLE_COMPILATION_CACHE": "false"}
        cold = _row(f"first generation of {task}, cold", command, **never)
        cost_of(command, **cached)
        return [cold, _row(f"first generation of {task}, cached", command, **cached)]


def one_generation(task: str) -> None:
    """What a process does whose start is timed."""
    import jax

    from benchmarks.workloads import make_engine
    from hadax.launch.search.config import DISTILL
    from hadax.launch.search.resolve import resolve

    engine = make_engine(resolve(DISTILL, {"task": task}).config)
    jax.block_until_ready(engine.step(engine.init(jax.random.key(0))))


if __name__ == "__main__":
    app.run(main)
