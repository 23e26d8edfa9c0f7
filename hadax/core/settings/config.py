"""The settings of core: strategy, distillation, placement and measuring; imports no JAX."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from hadax.core.errors import LARGEST, MOST_ENTRIES, require, require_count
from hadax.core.settings.fields import check, setting

POLICY_INITS: tuple[str, ...] = ("random", "fixed")
"""New initialisations every generation (HaDES-R), or the same for the whole run (HaDES-F)."""

BASES: tuple[str, ...] = ("raw", "dct", "coarse")
"""Every entry of an input; the lowest frequencies of an image; an image of lower resolution."""

PARAMETRIZATIONS: tuple[str, ...] = (*BASES, "pca", "multi")
"""And the principal components of real inputs; and four smaller images in the room of each."""

FRESH_NETWORKS, FRESH_EPISODES = 32, 8
"""How many networks a result is measured on, and episodes of each, where nobody says."""

MOST_SEEDS = 2**32
"""Seeds are below this: one word of a random key."""


def require_seed(name: str, seed: int) -> None:
    """Raises ConfigError unless `seed`, the setting of that name, is one word of a random key."""
    require_count(name, seed, 0, MOST_SEEDS - 1)


@dataclass(frozen=True)
class Traits:
    """What a strategy of evosax's has a use for, and wherein it is unlike the others.

    Attributes:
      optimizer: moves its mean by an optimiser.
      schedule: its std follows a schedule instead of adapting itself.
      shaping: fitness may be shaped in several ways; the others turn ranks into weights.
      antithetic: samples in mirrored pairs.
      gradient: estimates a gradient, which an optimiser has to scale; the others come with a step
        of their own.
      raw_fitness: left to itself it takes fitness as it is.
      scaled_twice: evosax starts its transformation from std, by which every step scales it.
    """

    optimizer: bool = False
    schedule: bool = False
    shaping: bool = False
    antithetic: bool = False
    gradient: bool = False
    raw_fitness: bool = False
    scaled_twice: bool = False


TRAITS: dict[str, Traits] = {
    "Open_ES": Traits(optimizer=True, schedule=True, shaping=True, antithetic=True, gradient=True),
    "PGPE": Traits(optimizer=True, shaping=True, antithetic=True, gradient=True),
    "SNES": Traits(optimizer=True),
    "xNES": Traits(optimizer=True, scaled_twice=True),
    "SimpleES": Traits(optimizer=True),
    "CMA_ES": Traits(),
    "Sep_CMA_ES": Traits(),
    "MA_ES": Traits(),
    "CR_FM_NES": Traits(antithetic=True),
    "ARS": Traits(
        optimizer=True,
        schedule=True,
        shaping=True,
        antithetic=True,
        gradient=True,
        raw_fitness=True,
    ),
}
"""evosax's distribution-based algorithms that keep one mean and need nothing but a std.

Without Rm_ES, whose step length evosax judges by the same ranks each generation: it only shrinks.
"""

STRATEGIES: tuple[str, ...] = tuple(TRAITS)
"""Their names."""

HEEDED_WITH: Mapping[str, tuple[str, ...]] = {
    "schedule": ("std_decay", "std_final"),
    "optimizer": ("optimizer", "learning_rate", "learning_rate_decay"),
    "shaping": ("shaping",),
}
"""By trait, the settings of StrategyConfig that only strategies with it heed."""


@dataclass(frozen=True)
class StrategyConfig:
    """Settings of an evolution strategy.

    Raises:
      ConfigError: a value outside its range, or one that the named strategy cannot use.
    """

    population: int = setting(
        64,
        "candidates a generation; even for antithetic strategies",
        least=4,
        most=MOST_ENTRIES,
    )
    strategy: str = setting(
        "Open_ES", "evosax's name of the evolution strategy:", choices=STRATEGIES
    )
    std: float = setting(
        0.1, "initial standard deviation of the search", above=0, most=LARGEST, unit="input units"
    )
    std_decay: float = setting(1.0, "factor on std each generation", above=0, most=1)
    std_final: float = setting(0.0, "std never decays below this", least=0, most=LARGEST)
    optimizer: str = setting(
        "auto",
        "moves the mean; auto for the strategy's own:",
        choices=("auto", "adam", "sgd", "momentum"),
    )
    learning_rate: float = setting(
        0.0, "step of the mean; 0 for the strategy's own", above=0, most=LARGEST, zero="its own"
    )
    learning_rate_decay: float = setting(
        1.0, "factor on learning_rate each generation", above=0, most=1
    )
    shaping: str = setting(
        "auto",
        "of fitness; auto for the strategy's own:",
        choices=("auto", "centered_rank", "standardize", "raw"),
    )

    def __post_init__(self) -> None:
        check(self)
        if self.traits.antithetic:
            expected = f"must be even: {self.strategy} samples in antithetic pairs"
            require(self.population % 2 == 0, "population", self.population, expected)
        require(self.std_final <= self.std, "std_final", self.std_final, "must be in [0, std]")
        self._refuse_unused()

    @property
    def traits(self) -> Traits:
        """What settings the strategy has a use for."""
        return TRAITS[self.strategy]

    def _refuse_unused(self) -> None:
        """Refuses settings that the named strategy would silently ignore."""
        expected = f"{self.strategy} has no such setting; leave it out"
        defaults = {each.name: each.default for each in fields(StrategyConfig)}
        lacking = (trait for trait in HEEDED_WITH if not getattr(self.traits, trait))
        for name in (name for trait in lacking for name in HEEDED_WITH[trait]):
            value = getattr(self, name)
            require(value == defaults[name], name, value, expected)


@dataclass(frozen=True)
class DistillationConfig:
    """What a candidate dataset is, and how many networks judge it."""

    dataset_size: int = setting(4, "synthetic examples, or slots", least=1, most=MOST_ENTRIES)
    images_per_class: int = setting(
        0, "in place of dataset_size: so many of every class", least=0, most=MOST_ENTRIES
    )
    policy_init: str = setting(
        "random", "HaDES-R or HaDES-F initialisations:", choices=POLICY_INITS
    )
    inits_per_candidate: int = setting(
        1, "initialisations each candidate trains a generation", least=1, most=MOST_ENTRIES
    )
    vary: bool = setting(
        False, "train each candidate on narrower, wider, shallower and deeper networks too"
    )
    randomize_learner: bool = setting(
        False, "train on another width, depth, activation, optimiser and rate each generation"
    )
    learn_labels: bool | None = setting(
        None, "evolve the labels too; always so for continuous targets"
    )
    learn_inner_lr: bool = setting(False, "evolve the inner loop's learning rate too")
    parametrization: str = setting("raw", "how images evolve:", choices=PARAMETRIZATIONS)
    resolution: int = setting(4, "coefficients or coarse pixels a side (dct, coarse)", least=1)
    components: int = setting(64, "principal components of real images (pca, multi)", least=1)

    def __post_init__(self) -> None:
        check(self)
        fixed = self.randomize_learner and self.policy_init == "fixed"
        expected = "draws networks anew, but policy_init=fixed keeps one initialisation"
        require(not fixed, "randomize_learner", True, expected)
        both = self.randomize_learner and self.vary
        require(not both, "randomize_learner", True, "not with vary, which trains on four at once")

    @property
    def method(self) -> str:
        """Its name in the paper: HaDES-R draws new initialisations, HaDES-F fixes one."""
        return "HaDES-R" if self.policy_init == "random" else "HaDES-F"


@dataclass(frozen=True)
class PlacementConfig:
    """How a population is shared over devices and their memory."""

    chunk: int = setting(
        0, "networks trained together on a device; auto, or 0, by memory", least=0, automatic=True
    )
    evaluation_chunk: int = setting(
        0, "networks evaluated together; auto, or 0", least=0, automatic=True
    )
    devices: int = setting(
        0,
        "devices, or cores, to share the population; auto, or 0: all",
        least=0,
        automatic=True,
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class MeasuringConfig:
    """How a result is measured."""

    score_networks: int = setting(
        FRESH_NETWORKS, "fresh networks that measure the result", least=1, most=MOST_ENTRIES
    )
    score_episodes: int = setting(
        FRESH_EPISODES, "fresh episodes of each of them", least=1, most=MOST_ENTRIES
    )

    def __post_init__(self) -> None:
        check(self)
