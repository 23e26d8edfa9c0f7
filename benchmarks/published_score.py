"""Environment steps and CPU-seconds until fresh networks reach what the published runs had.

The evolved mean is measured on fresh networks every few generations; that and compiling cost time
too and are counted. Searches are those of the tasks' presets: robots' with the published number of
pairs, games' with the few that see a window around the player, where the published ones saw the
whole board. Accuracy is on test images. Steps count every episode at its full length, the published
ones too.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import report
from benchmarks.progress import scores_on_the_way

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_SEEDS = flags.DEFINE_integer("seeds", 3, "searches of each case, from seed 0 on")
_CASES = flags.DEFINE_list("cases", None, "some of the cases; all by default")
_MOST = flags.DEFINE_integer("most_generations", 0, "stop here at the latest, for a quick look")
_EVERY = flags.DEFINE_integer("every", 5, "generations from one measurement to the next")


@dataclass(frozen=True)
class Published:
    """What a published run's generation is, and the scores it had.

    Attributes:
      pairs: that it had, or images.
      scores: mean over seeds of what the population had after so many generations.
      steps: environment steps of a generation at most; 0 where there are none.
      cpu_seconds: what its own code would take for a generation on the machine that measured its
        four workloads: 0.6 ms a step of Brax and 0.19 of MinAtar, 10 s a network of images.
    """

    pairs: int
    scores: Mapping[int, float]
    steps: int
    cpu_seconds: float


@dataclass(frozen=True)
class Case:
    """A task with a number of pairs.

    Attributes:
      task: registered name.
      published: what is to be reached.
      settings: of the search, beside the preset's.
      metric: the evaluation's metric that is scored; "" for the fitness.
    """

    task: str
    published: Published
    settings: Mapping[str, Any] = field(default_factory=dict)
    metric: str = ""


def _brax(pairs: int, at_100: float, at_400: float, at_2000: float) -> Published:
    steps = 2048 * 2 * 4 * 1024
    return Published(pairs, {100: at_100, 400: at_400, 2000: at_2000}, steps, steps * 0.6e-3)


def _minatar(at_100: float, at_400: float, at_2000: float) -> Published:
    steps = 1024 * 2 * 16 * 1024
    return Published(16, {100: at_100, 400: at_400, 2000: at_2000}, steps, steps * 0.19e-3)


CASES = {
    "hopper-4": Case("brax/hopper", _brax(4, 1558.1, 1681.1, 1745.2), {"dataset_size": 4}),
    "halfcheetah-4": Case(
        "brax/halfcheetah", _brax(4, 2291.6, 2575.3, 2725.0), {"dataset_size": 4}
    ),
    "halfcheetah-16": Case(
        "brax/halfcheetah", _brax(16, 3114.5, 3293.4, 3433.1), {"dataset_size": 16}
    ),
    "walker2d-4": Case("brax/walker2d", _brax(4, 1016.1, 1111.2, 1311.6), {"dataset_size": 4}),
    "Breakout": Case("gymnax/Breakout-MinAtar", _minatar(1.69, 5.49, 7.54)),
    "SpaceInvaders": Case("gymnax/SpaceInvaders-MinAtar", _minatar(5.07, 11.0, 18.6)),
    "Asterix": Case("gymnax/Asterix-MinAtar", _minatar(0.53, 2.04, 4.00)),
    "fashion_mnist": Case(
        "supervised/fashion_mnist",
        Published(10, {1000: 0.797}, 0, 512 * 2 * 10.2),
        metric="accuracy",
    ),
}


@dataclass(frozen=True)
class Measured:
    """The evolved mean's score on fresh networks, its pairs, and what it took until then."""

    pairs: int
    score: float
    generations: int
    steps: int
    cpu_seconds: float


def main(arguments: Sequence[str]) -> None:
    """Searches for every case and seed."""
    del arguments
    rows = [row for name in _CASES.value or CASES for row in _rows(name)]
    report("published_score", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _rows(name: str) -> list[dict[str, Any]]:
    """A row a published score: the median seed's cost of passing it first."""
    published = CASES[name].published
    highest = max(published.scores.values())
    searches = [list(_until(name, seed, highest)) for seed in range(_SEEDS.value)]
    return [_row(name, generations, searches) for generations in published.scores]


def _row(name: str, generations: int, searches: Sequence[Sequence[Measured]]) -> dict[str, Any]:
    published = CASES[name].published
    score = published.scores[generations]
    passed = [next((each for each in one if each.score >= score), None) for one in searches]
    reached = sorted((each for each in passed if each), key=lambda each: each.cpu_seconds)
    middle = reached[len(reached) // 2] if reached else None
    steps, seconds = published.steps * generations, published.cpu_seconds * generations
    return {
        "case": name,
        "pairs": searches[0][0].pairs,
        "published pairs": published.pairs,
        "published after": generations,
        "score": score,
        "reached": f"{len(reached)} of {len(searches)}",
        "best": max((each.score for one in searches for each in one), default="-"),
        "generations": middle.generations if middle else "-",
        "steps": middle.steps if middle else "-",
        "published steps": steps,
        "CPU-seconds": middle.cpu_seconds if middle else "-",
        "published CPU-seconds": seconds,
        "times fewer": seconds / middle.cpu_seconds if middle else "-",
    }


def _until(name: str, seed: int, highest: float) -> Iterator[Measured]:
    """What a search's mean scores, until the highest score or the preset's last generation."""
    import jax

    from benchmarks.workloads import make_engine
    from hadax.launch.search.build import build_task
    from hadax.launch.search.config import DISTILL
    from hadax.launch.search.resolve import resolve
    from hadax.launch.search.steps import steps_a_generation

    case = CASES[name]
    config = resolve(DISTILL, {"task": case.task, "seed": seed, **case.settings}).config
    steps = steps_a_generation(config, build_task(config.task))
    # Every search compiles, as it does in a process of its own.
    jax.clear_caches()
    start = time.process_time()
    engine = make_engine(config)
    objective: Any = engine.objective
    pairs = len(objective.initial.inputs)
    on_the_way = scores_on_the_way(engine, config, _EVERY.value, case.metric, _MOST.value)
    for generation, score in on_the_way:
        spent = time.process_time() - start
        on_screen = f"{name}, seed {seed}, generation {generation}: {score:.5g}, {spent:.0f} CPU-s"
        print(on_screen, file=sys.stderr, flush=True)
        yield Measured(pairs, score, generation, generation * steps, spent)
        if score >= highest:
            return


if __name__ == "__main__":
    app.run(main)
