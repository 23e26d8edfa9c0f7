"""What the engine and its host loop cost beside the work itself.

Bare is one jitted function that trains and evaluates the same population in the same chunks on the
same devices: no strategy, no task state, no metrics. The host's time is that of a generation whose
work is next to nothing.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import report, timed
from benchmarks.workloads import Settings, bare_evaluation, make_engine, search, some_population

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 9, "generations timed")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides the work, for a quick look")


def main(arguments: Sequence[str]) -> None:
    """Measures the engine's overhead and the host's."""
    del arguments
    rows = [_engine_row(), _host_row()]
    report("overhead", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _engine_row() -> dict[str, Any]:
    """CartPole with networks of width 128: a generation against the bare work, in turn."""
    import jax

    horizon = 500 // _SHRINK.value
    config = search({"task": "gymnax/CartPole-v1", "width": 128, "horizon": horizon})
    engine = make_engine(config, early_exit=False)
    state = engine.init(jax.random.key(0))

    bare, population = bare_evaluation(engine), some_population(engine, state)

    def generation() -> None:
        nonlocal state
        state, _ = engine.step(state)
        jax.block_until_ready(state)

    def work() -> None:
        jax.block_until_ready(bare(population, jax.random.key(3), state.task))

    seconds: dict[str, list[float]] = {"generation": [], "work": []}
    for _ in range(_REPEATS.value + 1):
        seconds["generation"].append(timed(generation, 1).seconds)
        seconds["work"].append(timed(work, 1).seconds)
    whole, part = (sorted(each[1:])[len(each) // 2 - 1] for each in seconds.values())
    return {
        "what": "a generation over bare fit and evaluate",
        "milliseconds": 1000 * whole,
        "bare milliseconds": 1000 * part,
        "overhead": f"{100 * (whole / part - 1):.1f} %",
    }


def _host_row() -> dict[str, Any]:
    """The whole loop around an analytic task of a few thousand operations."""
    import jax

    from hadax.core.run.loop import run
    from hadax.core.settings.pace import Pace

    settings: Settings = {
        "task": "analytic/linear_regression",
        "population": 8,
        "depth": 0,
        "inner_steps": 1,
        "devices": 1,
    }
    engine = make_engine(search(settings))
    generations = max(20, 1000 // _SHRINK.value)
    run(engine, jax.random.key(0), Pace(5, evaluate_every=0, checkpoint_every=0))
    start = time.perf_counter()
    run(engine, jax.random.key(0), Pace(generations, evaluate_every=0, checkpoint_every=0))
    each = (time.perf_counter() - start) / generations
    return {
        "what": "host time between generations, at most",
        "milliseconds": 1000 * each,
        "bare milliseconds": 0.0,
        "overhead": "-",
    }


if __name__ == "__main__":
    app.run(main)
