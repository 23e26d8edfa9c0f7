"""What a strategy's own ask and tell take, by the numbers that it searches for.

Beside them the last column: their share of a generation of neuroevolution with so many weights at
the most (a convolutional network on Breakout, one episode a candidate, every step played). A
strategy that would hold a matrix of more than 64 MiB is left out.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from absl import app, flags

from benchmarks.measure import report, timed, timed_generations
from benchmarks.workloads import Settings, make_engine
from hadax.core.generation.strategy import Strategy
from hadax.core.settings.config import STRATEGIES, StrategyConfig
from hadax.launch.search.config import NEUROEVOLVE
from hadax.launch.search.resolve import resolve

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 7, "times that each is measured")
_SHRINK = flags.DEFINE_integer("shrink", 1, "divides numbers and horizon, for a quick look")
_STRATEGIES = flags.DEFINE_list("strategies", list(STRATEGIES), "of evosax")

NUMBERS = (100, 1_000, 10_000, 100_000)
POPULATION = 64

_MOST_BYTES = 64 * 2**20
_GENERATION: Settings = {
    "task": "gymnax/Breakout-MinAtar",
    "network": "conv",
    "filters": (16,),
    "depth": 1,
    "width": 96,
    "population": POPULATION,
    "episodes": 1,
    "devices": 1,
}


def main(arguments: Sequence[str]) -> None:
    """Measures every strategy, and the generation that they are a part of."""
    del arguments
    weights, seconds = _generation()
    rows = [_row(name, seconds) for name in _STRATEGIES.value]
    note = f"{__doc__.strip()}\nThe generation: {weights:,} weights, {1e3 * seconds:.0f} ms."
    report("strategies", rows, Path(_OUT.value), note)


def _generation() -> tuple[int, float]:
    """Weights of a candidate, and CPU-seconds of a generation with the default strategy."""
    settings = {**_GENERATION, "horizon": 500 // _SHRINK.value}
    engine = make_engine(resolve(NEUROEVOLVE, settings, preset="none").config, early_exit=False)
    leaves = jax.tree.leaves(jax.eval_shape(engine.objective.prototype, jax.random.key(0)))
    weights = sum(leaf.size for leaf in leaves)
    return weights, timed_generations(engine, max(1, _REPEATS.value // 2)).cpu_seconds


def _row(name: str, generation: float) -> dict[str, Any]:
    row: dict[str, Any] = {"strategy": name}
    seconds: float | None = None
    for numbers in NUMBERS:
        seconds = _seconds(name, max(2, numbers // _SHRINK.value))
        row[f"ms at {numbers:,}"] = "-" if seconds is None else 1e3 * seconds
    row["share"] = "-" if seconds is None else f"{100 * seconds / (generation + seconds):.1f} %"
    return row


def _seconds(name: str, numbers: int) -> float | None:
    """CPU-seconds of ask and tell; None where the strategy's state is too large."""
    strategy = Strategy.of(StrategyConfig(strategy=name, population=POPULATION, std=0.1))
    prototype = jnp.zeros(numbers)
    shapes = jax.eval_shape(strategy.init, jax.random.key(0), prototype)
    if max(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(shapes)) > _MOST_BYTES:
        return None
    state = strategy.init(jax.random.key(0), prototype)
    fitness = jax.random.normal(jax.random.key(1), (POPULATION,))

    @partial(jax.jit, donate_argnums=0)
    def generation(state: Any) -> Any:
        population, state = strategy.ask(jax.random.key(2), state, prototype)
        return strategy.tell(jax.random.key(3), population, fitness, state)

    def work() -> None:
        nonlocal state
        state = generation(state)
        jax.block_until_ready(state)

    work()
    return timed(work, _REPEATS.value).cpu_seconds


if __name__ == "__main__":
    app.run(main)
