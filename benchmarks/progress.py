"""What a search's evolved mean scores on fresh networks while the search goes on."""

import dataclasses
import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax.core.generation.engine import Engine
    from hadax.launch.search.config import SearchConfig

_NETWORKS = 8


def scores_on_the_way(
    engine: "Engine", config: "SearchConfig", every: int, metric: str = "", most: int = 0
) -> Iterator[tuple[int, float]]:
    """Runs a search; a generation and the evolved mean's score then, until somebody stops asking.

    Args:
      engine: of the search.
      config: has its seed, and its last generation.
      every: generations from one measurement to the next, each on eight networks of its own.
      metric: the evaluation's metric that is scored, on what the task keeps for measuring, as test
        images; "" for the fitness.
      most: the last generation in place of the search's own; 0 for that.
    """
    import jax

    state, last = engine.init(jax.random.key(config.seed)), most or config.pace.generations
    judge = _on_unseen(engine) if metric else engine
    for generation in range(1, last + 1):
        state, _ = engine.step(state)
        if generation % every and generation != last:
            continue
        key = jax.random.key(10_000 * (config.seed + 1) + generation)
        evaluations = [
            judge.evaluate_mean(each, state) for each in jax.random.split(key, _NETWORKS)
        ]
        values = [each.metrics[metric] if metric else each.fitness for each in evaluations]
        yield generation, statistics.mean(map(float, values))


def _on_unseen(engine: "Engine") -> "Engine":
    """The engine whose means are evaluated on what no search sees."""
    objective: Any = engine.objective
    task, _ = objective.task.for_measuring(1)
    return dataclasses.replace(engine, objective=dataclasses.replace(objective, task=task))
