"""evosax's evolution strategies by their own names; the only module that imports evosax.

evosax minimises and hadax maximises: the sign changes here, once. See
https://github.com/RobertTLange/evosax (Lange, "evosax: JAX-based Evolution Strategies", 2022).
"""

import inspect
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from evosax.algorithms import distribution_based_algorithms
from evosax.core import fitness_shaping

from hadax.core.errors import (
    MOST_ENTRIES,
    ConfigError,
    require,
    require_choice,
    require_count,
    require_positive,
)
from hadax.core.types import Candidate, Key, Population

STRATEGIES: tuple[str, ...] = (
    "Open_ES",
    "PGPE",
    "SNES",
    "xNES",
    "SimpleES",
    "CMA_ES",
    "Sep_CMA_ES",
    "MA_ES",
    "Rm_ES",
    "CR_FM_NES",
    "ARS",
)
"""evosax's distribution-based algorithms that keep one mean and need nothing but a std."""

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

# Open_ES, PGPE and ARS estimate a gradient and need an optimiser that scales it; the others come
# with a step of their own, which sgd at 1 leaves as it is.
_GRADIENT_STRATEGIES = ("Open_ES", "PGPE", "ARS")
_ANTITHETIC_STRATEGIES = ("Open_ES", "PGPE", "ARS", "CR_FM_NES")


@dataclass(frozen=True)
class Strategy:
    """An evolution strategy and its settings; hashable, so static under jit.

    Attributes:
      strategy: one of STRATEGIES.
      population: candidates a generation, at least 4; even for antithetic strategies.
      std: initial standard deviation of the search, above 0, in the candidate's own units.
      std_decay: factor on std each generation, in (0, 1]; only where std does not adapt itself.
      std_final: std never decays below this.
      optimizer: "adam", "sgd", "momentum" (sgd with momentum 0.9), or "auto" for the strategy's
        own; refused where it has none.
      learning_rate: step of the mean, above 0; 0 for the strategy's own.
      learning_rate_decay: factor on the learning rate each generation, in (0, 1].
      shaping: "auto" for the strategy's own, "centered_rank", "standardize" or "raw"; only for
        strategies that estimate a gradient, since the others turn ranks into weights themselves.

    Raises:
      ConfigError: a value outside its range, or one that the named strategy cannot use.
    """

    strategy: str = "Open_ES"
    population: int = 64
    std: float = 0.1
    std_decay: float = 1.0
    std_final: float = 0.0
    optimizer: str = "auto"
    learning_rate: float = 0.0
    learning_rate_decay: float = 1.0
    shaping: str = "auto"

    def __post_init__(self) -> None:
        require_choice("strategy", self.strategy, STRATEGIES)
        require_count("population", self.population, 4, MOST_ENTRIES)
        if self.strategy in _ANTITHETIC_STRATEGIES:
            expected = f"must be even: {self.strategy} samples in antithetic pairs"
            require(self.population % 2 == 0, "population", self.population, expected)
        require_positive("std", self.std)
        require(0 < self.std_decay <= 1, "std_decay", self.std_decay, "must be in (0, 1]")
        require(0 <= self.std_final <= self.std, "std_final", self.std_final, "must be in [0, std]")
        if self.learning_rate != 0:
            require_positive("learning_rate", self.learning_rate)
        require(
            0 < self.learning_rate_decay <= 1,
            "learning_rate_decay",
            self.learning_rate_decay,
            "must be in (0, 1]",
        )
        require_choice("optimizer", self.optimizer, ("auto", *_OPTIMIZERS))
        require_choice("shaping", self.shaping, ("auto", *_SHAPINGS))
        self._refuse_unused()

    def init(self, key: Key, mean: Candidate) -> Any:
        """The state of a search that starts around the mean; every leaf a strongly typed array."""
        algorithm = self._algorithm(mean)
        state = algorithm.init(key, mean, self._parameters(algorithm))
        if self.strategy == "xNES":
            # evosax scales xNES's transformation by std a second time.
            state = state.replace(B=jnp.eye(algorithm.num_dims))
        if "std_schedule" in self._arguments():
            state = state.replace(std=self.std)
        return jax.tree.map(_strong, state)

    def ask(self, key: Key, state: Any, prototype: Candidate) -> tuple[Population, Any]:
        """Candidates [population, ...] shaped like the prototype, and the state to tell with."""
        algorithm = self._algorithm(prototype)
        population, state = algorithm.ask(key, state, self._parameters(algorithm))
        return population, state

    def tell(self, key: Key, population: Population, fitness: jax.Array, state: Any) -> Any:
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
        if "std_schedule" in self._arguments():
            # evosax's own schedule repeats its first value; ours is a function of the generation.
            decayed = self.std * self.std_decay ** state.generation_counter.astype(jnp.float32)
            state = state.replace(std=jnp.maximum(decayed, self.std_final))
        # A generation in which all candidates are alike (on a plateau, or all failed) says nothing:
        # moving on it would be drifting on noise.
        state = _stay_where(jnp.all(cost == cost[0]), before, state)
        return jax.tree.map(_strong, state)

    def mean(self, state: Any, prototype: Candidate) -> Candidate:
        """The evolved mean: what the search is for."""
        candidate: Candidate = self._algorithm(prototype).get_mean(state)
        return candidate

    def _algorithm(self, prototype: Candidate) -> Any:
        leaves, structure = jax.tree.flatten(prototype)
        return _make_algorithm(self, structure, tuple((leaf.shape, leaf.dtype) for leaf in leaves))

    def _parameters(self, algorithm: Any) -> Any:
        parameters = algorithm.default_params
        if "std_schedule" in self._arguments():
            return parameters
        return parameters.replace(std_init=jnp.float32(self.std))

    def _optimizer(self) -> optax.GradientTransformation:
        gradient = self.strategy in _GRADIENT_STRATEGIES
        name = ("adam" if gradient else "sgd") if self.optimizer == "auto" else self.optimizer
        rate = self.learning_rate or (0.05 if gradient else 1.0)
        schedule = optax.exponential_decay(rate, 1, self.learning_rate_decay)
        return _OPTIMIZERS[name](schedule if self.learning_rate_decay < 1 else rate)

    def _arguments(self) -> tuple[str, ...]:
        return tuple(inspect.signature(distribution_based_algorithms[self.strategy]).parameters)

    def _own_shaping(self) -> Any:
        """What evosax does with fitness by itself."""
        algorithm = distribution_based_algorithms[self.strategy]
        return inspect.signature(algorithm).parameters["fitness_shaping_fn"].default

    def _shapes_values(self) -> bool:
        """Whether fitness counts by its value; ranks put an infinite cost last by themselves."""
        shaping = _SHAPINGS.get(self.shaping, self._own_shaping())
        return shaping in (_SHAPINGS["raw"], _SHAPINGS["standardize"])

    def _refuse_unused(self) -> None:
        """Refuses settings that the named strategy would silently ignore."""
        defaults: dict[str, object] = {"std_decay": 1.0, "std_final": 0.0}
        if "optimizer" not in self._arguments():
            defaults |= {"optimizer": "auto", "learning_rate": 0.0, "learning_rate_decay": 1.0}
        if self._own_shaping() is fitness_shaping.weights_fitness_shaping_fn:
            defaults |= {"shaping": "auto"}
        if "std_schedule" in self._arguments():
            defaults = {
                name: value for name, value in defaults.items() if not name.startswith("std")
            }
        for name, default in defaults.items():
            value = getattr(self, name)
            if value != default:
                raise ConfigError(name, value, f"{self.strategy} has no such setting; leave it out")


@cache
def _make_algorithm(strategy: Strategy, structure: Any, types: tuple[Any, ...]) -> Any:
    """One algorithm for equal settings, since evosax compiles for each instance anew."""
    options: dict[str, Any] = {"metrics_fn": _no_metrics}
    if "optimizer" in strategy._arguments():
        options["optimizer"] = strategy._optimizer()
    if strategy.shaping != "auto":
        options["fitness_shaping_fn"] = _SHAPINGS[strategy.shaping]
    elif strategy._own_shaping() is fitness_shaping.weights_fitness_shaping_fn:
        options["fitness_shaping_fn"] = _recombination_weights
    with jax.ensure_compile_time_eval():
        leaves = [jnp.zeros(shape, dtype) for shape, dtype in types]
        prototype = jax.tree.unflatten(structure, leaves)
        algorithm = distribution_based_algorithms[strategy.strategy]
        return algorithm(strategy.population, prototype, **options)


def _stay_where(stays: jax.Array, before: Any, after: Any) -> Any:
    """The state after, but with the distribution and the optimiser of before where it stays."""
    names = [name for name in ("mean", "std", "opt_state") if hasattr(after, name)]
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
