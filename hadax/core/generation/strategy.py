"""evosax's evolution strategies by their own names; with `corrected` all that imports evosax.

evosax minimises and hadax maximises: the sign changes here, once. See
https://github.com/RobertTLange/evosax (Lange, "evosax: JAX-based Evolution Strategies", 2022).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from evosax.core import fitness_shaping

from hadax.core.generation.corrected import ALGORITHMS
from hadax.core.settings.config import StrategyConfig
from hadax.core.types import Candidate, Key, Population, StrategyState

_SHAPINGS = {
    "centered_rank": fitness_shaping.centered_rank_fitness_shaping_fn,
    "standardize": fitness_shaping.standardize_fitness_shaping_fn,
    "raw": fitness_shaping.identity_fitness_shaping_fn,
}
_OPTIMIZERS = {
    "adam": optax.adam,
    "sgd": optax.sgd,
    "momentum": partial(optax.sgd, momentum=0.9),
}

# What evosax adds to the variances of CMA_ES and Sep_CMA_ES before it draws.
_LEAST_VARIANCE = 1e-8

# A step length is what these call std: their candidates differ by it times what they have learned
# of each entry.
_SHAPES: dict[str, Callable[[StrategyState], jax.Array]] = {
    "CMA_ES": lambda state: jnp.sqrt(jnp.maximum(jnp.diag(state.C), 0) + _LEAST_VARIANCE),
    "Sep_CMA_ES": lambda state: jnp.sqrt(jnp.maximum(state.C, 0) + _LEAST_VARIANCE),
    "MA_ES": lambda state: jnp.linalg.norm(state.M, axis=1),
    "xNES": lambda state: jnp.linalg.norm(state.B, axis=1),
    "CR_FM_NES": lambda state: state.D * jnp.sqrt(1 + state.v**2),
}

# What evosax keeps of the past, by which no search goes on. Its count of generations is none: by
# it schedules go on, which wait where the search stays, as the optimiser's own count does.
_RECORDS = ("best_solution", "best_fitness")


@dataclass(frozen=True)
class Strategy(StrategyConfig):
    """An evolution strategy with the settings of StrategyConfig; hashable, so static under jit.

    Raises:
      ConfigError: a value outside its range, or one that the named strategy cannot use.

    Examples:
      >>> import hadax
      >>> hadax.Strategy(strategy="SNES", population=32, std=0.5).learning_rate
      0.0
    """

    @classmethod
    def of(cls, config: StrategyConfig) -> "Strategy":
        """The strategy that the settings describe."""
        return cls(**{each.name: getattr(config, each.name) for each in fields(config)})

    def init(self, key: Key, mean: Candidate) -> StrategyState:
        """The state of a search that starts around the mean; every leaf a strongly typed array."""
        algorithm = self._algorithm(mean)
        state = algorithm.init(key, mean, self._parameters(algorithm))
        if self.traits.scaled_twice:
            state = state.replace(B=jnp.eye(algorithm.num_dims))
        if self.traits.schedule:
            state = state.replace(std=self.std)
        return jax.tree.map(_strong, state)

    def ask(
        self, key: Key, state: StrategyState, prototype: Candidate
    ) -> tuple[Population, StrategyState]:
        """Candidates [population, ...] like the `prototype`, and the state to `tell` with."""
        algorithm = self._algorithm(prototype)
        population, state = algorithm.ask(key, state, self._parameters(algorithm))
        return population, state

    def tell(
        self, key: Key, population: Population, fitness: jax.Array, state: StrategyState
    ) -> StrategyState:
        """The state after a generation.

        Args:
          key: used by strategies whose update is random.
          population: what `ask` gave.
          fitness: [population], higher is better; what is not finite ranks last.
          state: what `ask` gave.
        """
        prototype = jax.tree.map(lambda leaf: leaf[0], population)
        algorithm = self._algorithm(prototype)
        failed = ~jnp.isfinite(fitness)
        cost = jnp.where(failed, jnp.inf, -fitness)
        if self._shapes_values():
            cost = _replace_infinite(cost)
        before = state
        state, _ = algorithm.tell(key, population, cost, state, self._parameters(algorithm))
        if self.traits.schedule:
            # evosax's own schedule repeats its first value; ours is a function of the generation.
            decayed = self.std * self.std_decay ** state.generation_counter.astype(jnp.float32)
            state = state.replace(std=jnp.maximum(decayed, self.std_final))
        # A generation in which all candidates are alike (on a plateau, or all failed) says nothing:
        # moving on it would be drifting on noise.
        state = _stay_where(jnp.all(cost == cost[0]), before, state)
        return jax.tree.map(_strong, state)

    def mean(self, state: StrategyState, prototype: Candidate) -> Candidate:
        """The evolved mean: what the search is for."""
        candidate: Candidate = self._algorithm(prototype).get_mean(state)
        return candidate

    def spread(self, state: StrategyState) -> jax.Array:
        """The standard deviation of the next candidates, float32 []: over entries, their mean."""
        shape = _SHAPES.get(self.strategy)
        std = state.std if shape is None else state.std * shape(state)
        return jnp.mean(jnp.asarray(std, jnp.float32))

    def _algorithm(self, prototype: Candidate) -> Any:
        leaves, structure = jax.tree.flatten(prototype)
        return _make_algorithm(self, structure, tuple((leaf.shape, leaf.dtype) for leaf in leaves))

    def _parameters(self, algorithm: Any) -> Any:
        parameters = algorithm.default_params
        if self.traits.schedule:
            return parameters
        return parameters.replace(std_init=jnp.float32(self.std))

    def _optimizer(self) -> optax.GradientTransformation:
        gradient = self.traits.gradient
        name = ("adam" if gradient else "sgd") if self.optimizer == "auto" else self.optimizer
        # sgd at 1 leaves a step of the strategy's own as it is.
        rate = self.learning_rate or (0.05 if gradient else 1.0)
        schedule = optax.exponential_decay(rate, 1, self.learning_rate_decay)
        return _OPTIMIZERS[name](schedule if self.learning_rate_decay < 1 else rate)

    def _shapes_values(self) -> bool:
        """Whether fitness counts by its value; ranks put an infinite cost last by themselves."""
        own = "raw" if self.traits.raw_fitness else "centered_rank"
        shaping = own if self.shaping == "auto" else self.shaping
        return self.traits.shaping and shaping in ("raw", "standardize")


@cache
def _make_algorithm(strategy: Strategy, structure: Any, types: tuple[Any, ...]) -> Any:
    """One algorithm for equal settings, since evosax compiles for each instance anew."""
    options: dict[str, Any] = {"metrics_fn": _no_metrics}
    if strategy.traits.optimizer:
        options["optimizer"] = strategy._optimizer()
    if strategy.shaping != "auto":
        options["fitness_shaping_fn"] = _SHAPINGS[strategy.shaping]
    elif not strategy.traits.shaping:
        options["fitness_shaping_fn"] = _recombination_weights
    with jax.ensure_compile_time_eval():
        leaves = [jnp.zeros(shape, dtype) for shape, dtype in types]
        prototype = jax.tree.unflatten(structure, leaves)
        algorithm = ALGORITHMS[strategy.strategy]
        return algorithm(strategy.population, prototype, **options)


def _stay_where(stays: jax.Array, before: Any, after: Any) -> Any:
    """The state after, but with all that the search goes by as before where it stays.

    A covariance that adapts to ranks among equals would shrink, and never recover.
    """
    names = [each.name for each in fields(after) if each.name not in _RECORDS]
    old, new = ({name: getattr(state, name) for name in names} for state in (before, after))
    return after.replace(**jax.tree.map(partial(jnp.where, stays), old, new))


def _strong(leaf: Any) -> jax.Array:
    """The leaf as an array that keeps its type through a scan: no weak types, no Python numbers."""
    array = jnp.asarray(leaf)
    return jax.lax.convert_element_type(array, array.dtype)


def _replace_infinite(cost: jax.Array) -> jax.Array:
    """Failed candidates cost as much as the worst that did not fail."""
    worst = jnp.max(jnp.where(jnp.isinf(cost), -jnp.inf, cost))
    return jnp.where(jnp.isinf(cost), jnp.where(jnp.isinf(worst), 0.0, worst), cost)


def _recombination_weights(population: Any, cost: jax.Array, state: Any, params: Any) -> jax.Array:
    """Each candidate's recombination weight by rank, tied candidates sharing theirs equally.

    evosax rounds a tied rank down to one weight for all, so that on a plateau the weights no
    longer sum to what the update expects.
    """
    del population, state
    ordered = jnp.sort(cost)
    first = jnp.searchsorted(ordered, cost, side="left")
    after = jnp.searchsorted(ordered, cost, side="right")
    summed = jnp.concatenate([jnp.zeros(1), jnp.cumsum(params.weights)])
    return (summed[after] - summed[first]) / (after - first)


def _no_metrics(*_: Any) -> dict[str, jax.Array]:
    """evosax's own metrics hold whole candidates; scanned over generations they fill memory."""
    return {}
