"""Which strategy needs fewest generations: scores of the evolved mean at equal budgets.

Every strategy has the preset's population, generations, episodes and networks, so as many
candidates and, where episodes do not end early, environment steps. Each is tried with several
initial standard deviations, and the best of them is its row: a strategy is not judged by a scale
that was found for another. Scores are means over fresh networks and episodes. A strategy that
restarts shares one budget among its searches, and answers with the best mean it has found so far.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
from absl import app, flags

from benchmarks.measure import report
from benchmarks.workloads import Settings, make_engine, search
from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.launch.search.config import DISTILL
from hadax.launch.search.presets import PRESETS

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_TASKS = flags.DEFINE_list("tasks", None, "some of the tasks; all by default")
_SEEDS = flags.DEFINE_integer("seeds", 2, "searches of each strategy and standard deviation")
_CHOSEN = flags.DEFINE_list("strategies", None, "some of the strategies; all by default")
_FRACTION = flags.DEFINE_float("fraction", 1.0, "part of each budget, for a quick look")

_FRESH = 16
"""Fresh networks behind one score."""

_CHECKPOINTS = (0.25, 0.5, 1.0)
"""Parts of the budget after which the evolved mean is measured."""


@dataclass(frozen=True)
class Contest:
    """One task's budget.

    Attributes:
      generations: of every search.
      stds: initial standard deviations that every strategy is tried with.
      settings: what differs from the task's preset.
    """

    generations: int
    stds: tuple[float, ...]
    settings: Settings


CONTESTS: dict[str, Contest] = {
    "gymnax/CartPole-v1": Contest(8, (0.1, 0.3, 1.0), {"vary": False}),
    "supervised/digits": Contest(60, (0.1, 0.3), {}),
    "brax/inverted_double_pendulum": Contest(50, (0.1, 0.3), {}),
    "brax/hopper": Contest(24, (0.1, 0.3), {}),
}


@dataclass(frozen=True)
class Entry:
    """How one row searches.

    Attributes:
      settings: the strategy's, where they are not evosax's own.
      searches: from how many starts, one after the other, within the budget.
    """

    settings: Settings = field(default_factory=dict)
    searches: int = 1


STRATEGIES: dict[str, Entry] = {
    "Open_ES": Entry({"learning_rate": 0.05}),
    "Open_ES, restarted": Entry({"learning_rate": 0.05}, searches=2),
    "Open_ES, lr 0.1, decayed": Entry(
        {"learning_rate": 0.1, "learning_rate_decay": 0.98, "std_decay": 0.99}
    ),
    "Open_ES, sgd, standardised": Entry(
        {"optimizer": "sgd", "learning_rate": 0.1, "shaping": "standardize"}
    ),
    "Open_ES, momentum, standardised": Entry(
        {"optimizer": "momentum", "learning_rate": 0.02, "shaping": "standardize"}
    ),
    "PGPE": Entry({"learning_rate": 0.05}),
    "SNES": Entry(),
    "SNES, restarted": Entry(searches=2),
    "SNES, decayed": Entry({"learning_rate": 1.0, "learning_rate_decay": 0.99}),
    "xNES": Entry(),
    "CMA_ES": Entry(),
    "Sep_CMA_ES": Entry(),
    "CR_FM_NES": Entry(),
}
"""The strategies by their labels, which begin with evosax's name."""

_STRATEGY_SETTINGS = (
    "strategy",
    "std",
    "std_decay",
    "std_final",
    "learning_rate",
    "learning_rate_decay",
    "shaping",
    "optimizer",
    "generations",
)


def main(arguments: Sequence[str]) -> None:
    """Runs the contests and reports a row for every strategy on every task."""
    del arguments
    rows: list[dict[str, Any]] = []
    for task in _TASKS.value or CONTESTS:
        for label in _CHOSEN.value or STRATEGIES:
            rows.append(_row(task, label))
            print(rows[-1], flush=True)
        report("sample_efficiency", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(task: str, label: str) -> dict[str, Any]:
    """The best of a strategy's standard deviations, by the score at the end."""
    contest = CONTESTS[task]
    tried = [(std, [_scores(task, label, std, seed) for seed in _seeds()]) for std in contest.stds]
    std, scores = max(tried, key=lambda each: statistics.mean(run[-1] for run in each[1]))
    last = [run[-1] for run in scores]
    return {
        "task": task,
        "strategy": label,
        "std": std,
        **{
            f"after {part:.0%}": statistics.mean(run[place] for run in scores)
            for place, part in enumerate(_CHECKPOINTS)
        },
        "lowest of the seeds": min(last),
        "highest": max(last),
        "seeds": len(last),
    }


def _seeds() -> range:
    return range(_SEEDS.value)


def _scores(task: str, label: str, std: float, seed: int) -> list[float]:
    """One search's scores at the checkpoints."""
    contest, entry = CONTESTS[task], STRATEGIES[label]
    preset = PRESETS[task, DISTILL, "cpu"]
    kept = {name: value for name, value in preset.items() if name not in _STRATEGY_SETTINGS}
    name = label.split(",")[0]
    chosen = {**kept, **contest.settings, **entry.settings, "strategy": name, "std": std}
    engine = make_engine(search({"task": task, **chosen}))
    generations = max(4, round(_FRACTION.value * contest.generations))
    fresh, selection = jax.random.key(1000 + seed), jax.random.key(2000 + seed)
    return [
        _score(engine, _best(engine, found, selection), fresh)
        for found in _found(engine, jax.random.key(seed), generations, entry.searches)
    ]


def _found(
    engine: Engine, key: jax.Array, generations: int, searches: int
) -> Iterator[list[RunState]]:
    """At each checkpoint, the last states of the searches begun so far."""
    marks = [round(part * generations) for part in _CHECKPOINTS]
    starts = [search * generations // searches for search in range(searches)]
    found: list[RunState] = []
    for generation in range(generations):
        if generation in starts:
            found.append(engine.init(jax.random.fold_in(key, generation) if found else key))
        found[-1], _ = engine.step(found[-1])
        if generation + 1 in marks:
            yield found


def _best(engine: Engine, states: list[RunState], key: jax.Array) -> RunState:
    """The state whose evolved mean does best, on other networks than those it is judged on."""
    if len(states) == 1:
        return states[0]
    return max(states, key=lambda state: _score(engine, state, key))


def _score(engine: Engine, state: RunState, key: jax.Array) -> float:
    """The evolved mean's mean fitness, or accuracy in % where the task measures one."""
    evaluations = [engine.evaluate_mean(each, state) for each in jax.random.split(key, _FRESH)]
    values = [each.metrics.get("accuracy", each.fitness) for each in evaluations]
    scale = 100 if "accuracy" in evaluations[0].metrics else 1
    return scale * statistics.mean(float(value) for value in values)


if __name__ == "__main__":
    app.run(main)
