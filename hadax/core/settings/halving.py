"""Successive halving over runs: several begin, the better half goes on; imports no JAX.

Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
AISTATS 2016, https://arxiv.org/abs/1502.07943: here the arms are seeds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hadax.core.errors import MOST_STEPS, require
from hadax.core.settings.config import MOST_SEEDS
from hadax.core.settings.fields import check, setting
from hadax.core.settings.pace import Pace

_MOST_RESTARTS = 1024


@dataclass(frozen=True)
class RestartsConfig:
    """How many searches begin, and how soon the worse half of them ends."""

    restarts: int = setting(
        1,
        "searches that begin, from seeds seed, seed+1, ...; the better half goes on",
        least=1,
        most=_MOST_RESTARTS,
    )
    restart_generations: int = setting(
        20, "with restarts, generations between halvings", least=1, most=MOST_STEPS
    )

    def __post_init__(self) -> None:
        check(self)

    @property
    def halvings(self) -> int:
        """Halvings until one search is left."""
        return math.ceil(math.log2(self.restarts))

    def require_room(self, pace: Pace) -> None:
        """Refuses halvings that a search is too short for, and what ends one search alone.

        Raises:
          ConfigError: names the setting.
        """
        halvings, every = self.halvings, self.restart_generations
        expected = f"{halvings} halvings must fit into {pace.generations} generations"
        require(halvings * every <= pace.generations, "restart_generations", every, expected)
        for name, limit in (("stop_at", pace.stop_at), ("budget", pace.budget)):
            alone = self.restarts == 1 or limit is None
            require(alone, name, limit, "ends one search; not with restarts")

    def require_seeds(self, first: int) -> None:
        """Refuses seeds that there are not.

        Args:
          first: the seed that was asked for; not another of them, as a result's.

        Raises:
          ConfigError: of "restarts".
        """
        expected = f"with seed {first} its last seed must be below {MOST_SEEDS}"
        require(first + self.restarts <= MOST_SEEDS, "restarts", self.restarts, expected)


@dataclass(frozen=True)
class Rung:
    """A stage of the halving.

    Attributes:
      runs: how many take part.
      until: the generation at which all of them stand at its end.
    """

    runs: int
    until: int


def rungs(config: RestartsConfig, generations: int) -> tuple[Rung, ...]:
    """The stages, from all restarts to the one that goes to the end.

    Args:
      config: how many begin, and the generations of a stage.
      generations: those of a whole search.

    Examples:
      >>> from hadax.core.settings.halving import RestartsConfig, rungs
      >>> [(rung.runs, rung.until) for rung in rungs(RestartsConfig(5, 20), 200)]
      [(5, 20), (3, 40), (2, 60), (1, 200)]
    """
    stages: list[Rung] = []
    runs = config.restarts
    while runs > 1:
        stages.append(Rung(runs, config.restart_generations * (len(stages) + 1)))
        runs = _half(runs)
    return (*stages, Rung(1, generations))


def better_half(fitness: Sequence[float]) -> tuple[int, ...]:
    """Which places [runs] go on, in their order: the better half, rounded up; of equals the first.

    What is not finite ranks last.
    """
    ranked = [value if math.isfinite(value) else -math.inf for value in fitness]
    order = sorted(range(len(ranked)), key=lambda place: (-ranked[place], place))
    return tuple(sorted(order[: _half(len(ranked))]))


def _half(runs: int) -> int:
    return (runs + 1) // 2
