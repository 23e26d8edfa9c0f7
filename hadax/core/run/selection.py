"""Which of a search's means is its result: measured anew, so that no lucky validation decides."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.generation.best_means import ValidatedMean, kept_means, kept_with
from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.types import Candidate, Key

# So many times the networks of one validation decide between the few means that are left.
_ROUNDS = 4


def with_kept(state: RunState, mean: Candidate, fitness: jax.Array) -> RunState:
    """The state that keeps its present mean too, unless better ones fill all places.

    Args:
      state: the run's.
      mean: the engine's `snapshot` of it.
      fitness: what the mean was validated at, float32 [].
    """
    if not isinstance(state.best, ValidatedMean):
        return state
    validated = ValidatedMean(mean, state.task, fitness, state.generation)
    return replace(state, best=kept_with(state.best, validated))


def present_mean(engine: Engine, state: RunState) -> ValidatedMean:
    """The evolved mean as it is, not validated: its fitness is NaN."""
    return ValidatedMean(engine.snapshot(state), state.task, jnp.float32(jnp.nan), state.generation)


def best_so_far(engine: Engine, state: RunState) -> ValidatedMean:
    """The mean that validated best, or the present one where none was kept."""
    kept = kept_means(state.best)
    return kept[0] if kept else present_mean(engine, state)


def selected(engine: Engine, key: Key, state: RunState) -> ValidatedMean:
    """The best of the means kept and the last one.

    All are evaluated on the same networks and episodes, which none was validated on; so their
    fitness here is unbiased until the maximum is taken, and the winner's wants a fresh measurement.
    Of equals the last mean is preferred. Where only the last one is left nothing is evaluated.

    Args:
      engine: what was run.
      key: decides networks and episodes.
      state: the run's last.
    """
    last = present_mean(engine, state)
    kept = [mean for mean in kept_means(state.best) if mean.generation != last.generation]
    if not kept:
        return last
    contenders = [last, *kept]
    fitness = [measured_fitness(engine, key, mean) for mean in contenders]
    ranked = [value if np.isfinite(value) else -np.inf for value in fitness]
    best = int(np.argmax(ranked))
    return replace(contenders[best], fitness=jnp.float32(fitness[best]))


def measured_fitness(engine: Engine, key: Key, mean: ValidatedMean) -> float:
    """A mean's fitness on the networks and episodes of a key: several rounds of validation's."""
    keys = jax.random.split(key, _ROUNDS)
    rounds = [engine.evaluate(each, mean.candidate, mean.task).fitness for each in keys]
    return float(np.mean(jax.device_get(rounds)))
