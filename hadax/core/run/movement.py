"""How far a search's mean moves, and how widely it looks, seen from outside of the generation.

A jit of its own: were these more results of the generation, XLA would fuse that differently, and
the search's last bits would be others.
"""

import jax
import jax.numpy as jnp

from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.run.loop import Step
from hadax.core.types import Candidate, Metrics


class Followed:
    """A step whose metrics also say how the mean moved.

    `mean_moved` is the Euclidean distance that the evolved mean (or the average of means that a
    search is for) went in the generation, `std` the strategy's present standard deviation,
    averaged over the entries of a candidate where each has its own.

    Args:
      engine: whose step it is.
      step: the engine's, or one that looks on already.
    """

    def __init__(self, engine: Engine, step: Step) -> None:
        self._engine, self._step = engine, step
        self._mean: Candidate | None = None

    def __call__(self, state: RunState) -> tuple[RunState, Metrics]:
        """The engine's next `state`, and its metrics with those of the mean."""
        # Copied, for the step takes the state's memory.
        before = self._engine.snapshot(state) if self._mean is None else self._mean
        state, metrics = self._step(state)
        self._mean, moved = _moved(self._engine, state, before)
        return state, {**metrics, **moved}


@jax.jit
def _moved(engine: Engine, state: RunState, before: Candidate) -> tuple[Candidate, Metrics]:
    """The evolved mean in memory of its own, and how far it is from the one before."""
    mean = jax.tree.map(jnp.copy, engine.mean(state))
    apart = jax.tree.map(lambda new, old: jnp.sum((new - old) ** 2), mean, before)
    moved = jnp.sqrt(sum(jax.tree.leaves(apart)))
    return mean, {"mean_moved": moved, "std": engine.strategy.spread(state.strategy)}
