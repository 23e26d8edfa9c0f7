"""How long the parts of a generation take: asking, training, evaluating, telling.

The generation itself is one compiled function, in which they cannot be told apart. So they are
compiled once more, each by itself, and timed when they are warm. Their sum is not the generation's
time: what XLA fuses across them, and memory that one leaves for the next, is the difference.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import jax
import jax.numpy as jnp

from hadax.core.evaluation import Evaluation
from hadax.core.generation.engine import Engine, generation_keys
from hadax.core.generation.run_state import RunState
from hadax.core.jax_settings import in_usual_settings
from hadax.core.population.chunk import map_in_chunks
from hadax.core.population.placement import EVERYWHERE, SPLIT, mesh_of
from hadax.core.types import Drawn, Key, Population, Pytree, StrategyState, TaskState

_Result = TypeVar("_Result")

_REPETITIONS = 3


@in_usual_settings
def phase_seconds(engine: Engine, state: RunState) -> dict[str, float]:
    """Seconds of `ask`, `fit`, `evaluate` and `tell` in the generation after a state.

    Training and evaluation are timed on one block of candidates a device, as many as the engine
    computes together, and multiplied: a population's trained networks need not fit into memory.

    Args:
      engine: what is run.
      state: the run's; it stays as it is.
    """
    ask_key, draw_key, tell_key = generation_keys(state)
    asking, (population, asked) = _timed(partial(_ask, engine, ask_key, state))
    drawing, draw = _timed(partial(_draw, engine, draw_key))
    share = engine.strategy.population // engine.devices
    block = min(share, max(engine.candidate_chunk, engine.evaluated_together))
    candidates = jax.tree.map(lambda leaf: leaf[: block * engine.devices], population)
    fitting, trained = _timed(partial(_fit, engine, draw, candidates))
    evaluating, evaluation = _timed(partial(_evaluate, engine, draw, trained, state.task))
    fitness = jnp.resize(evaluation.fitness, (engine.strategy.population,))
    telling, _ = _timed(partial(_tell, engine, tell_key, population, fitness, asked))
    blocks = share / block
    return {
        "ask": asking,
        "fit": drawing + fitting * blocks,
        "evaluate": evaluating * blocks,
        "tell": telling,
    }


def _timed(function: Callable[[], _Result]) -> tuple[float, _Result]:
    """The quickest of a few calls, in seconds, after one that compiles; and the result."""
    result = jax.block_until_ready(function())
    seconds = []
    for _ in range(_REPETITIONS):
        start = time.perf_counter()
        jax.block_until_ready(function())
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


@jax.jit
def _ask(engine: Engine, key: Key, state: RunState) -> tuple[Population, StrategyState]:
    return engine.strategy.ask(key, state.strategy, engine.mean(state))


@jax.jit
def _draw(engine: Engine, key: Key) -> Drawn:
    return engine.objective.draw(key)


@jax.jit
def _fit(engine: Engine, draw: Drawn, candidates: Population) -> Pytree:
    def share(draw: Drawn, candidates: Population) -> Pytree:
        return map_in_chunks(
            partial(engine.objective.train, draw), candidates, engine.candidate_chunk
        )

    return _shared(engine, share, (EVERYWHERE, SPLIT))(draw, candidates)


@jax.jit
def _evaluate(engine: Engine, draw: Drawn, trained: Pytree, task: TaskState) -> Evaluation:
    def share(draw: Drawn, trained: Pytree, task: TaskState) -> Evaluation:
        def evaluate(each: Pytree) -> Evaluation:
            return engine.objective.evaluate(draw, each, task)

        return map_in_chunks(evaluate, trained, engine.evaluated_together)

    return _shared(engine, share, (EVERYWHERE, SPLIT, EVERYWHERE))(draw, trained, task)


@jax.jit
def _tell(
    engine: Engine, key: Key, population: Population, fitness: jax.Array, asked: StrategyState
) -> StrategyState:
    return engine.strategy.tell(key, population, fitness, asked)


def _shared(engine: Engine, function: Callable[..., Any], specs: tuple[Any, ...]) -> Any:
    """The function over all devices, each with its own candidates."""
    mesh = mesh_of(engine.devices)
    return jax.shard_map(function, mesh=mesh, in_specs=specs, out_specs=SPLIT, check_vma=False)
