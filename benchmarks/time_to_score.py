"""Wall seconds from the start of a search to a score: compilation included, imports not.

The evolved mean is measured on eight fresh networks every few generations, accuracy on test images;
that costs time too and is counted. The seeds' presets are those that hadax-distill takes by itself.
"""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import report
from benchmarks.progress import scores_on_the_way
from benchmarks.workloads import make_engine

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_SEEDS = flags.DEFINE_integer("seeds", 5, "searches of each task")
_TASKS = flags.DEFINE_list("tasks", None, "some of the tasks; all by default")
_MOST = flags.DEFINE_integer("most_generations", 0, "stop here at the latest, for a quick look")

_EVERY = 5


@dataclass(frozen=True)
class Goal:
    """A score to reach.

    Attributes:
      score: mean return, or accuracy in [0, 1].
      metric: the evaluation's metric that is scored; "" for the fitness.
    """

    score: float
    metric: str = ""


GOALS = {
    "gymnax/CartPole-v1": Goal(495),
    "supervised/digits": Goal(0.88, "accuracy"),
    "brax/inverted_double_pendulum": Goal(9000),
}


def main(arguments: Sequence[str]) -> None:
    """Searches for every task and seed."""
    del arguments
    rows = [_row(task) for task in _TASKS.value or GOALS]
    report("time_to_score", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(task: str) -> dict[str, Any]:
    found = [_search(task, seed) for seed in range(_SEEDS.value)]
    reached = [each for each in found if each is not None]
    seconds, generations = zip(*reached, strict=True) if reached else ((), ())
    return {
        "task": task,
        "score": GOALS[task].score,
        "seeds": len(found),
        "reached": len(reached),
        "median seconds": statistics.median(seconds) if reached else "-",
        "fastest": min(seconds, default="-"),
        "slowest": max(seconds, default="-"),
        "median generations": int(statistics.median(generations)) if reached else "-",
    }


def _search(task: str, seed: int) -> tuple[float, int] | None:
    """Seconds and generations until the score, or None where the preset ended below it."""
    import jax

    from hadax.launch.search.build import build_task
    from hadax.launch.search.config import DISTILL
    from hadax.launch.search.resolve import resolve

    config = resolve(DISTILL, {"task": task, "seed": seed}).config
    # Before the clock starts, so that the first search imports no more than the next.
    build_task(config.task)
    # Every search compiles, as it does in a process of its own.
    jax.clear_caches()
    start = time.perf_counter()
    goal, engine = GOALS[task], make_engine(config)
    on_the_way = scores_on_the_way(engine, config, _EVERY, goal.metric, _MOST.value)
    for generation, score in on_the_way:
        if score >= goal.score:
            return time.perf_counter() - start, generation
    return None


if __name__ == "__main__":
    app.run(main)
