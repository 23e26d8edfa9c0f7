"""What ends a run before its last generation: a score that is good enough, time, or steps."""

import time
from dataclasses import dataclass, field

import jax

from hadax.core.evaluation import EPISODE_LENGTH
from hadax.core.settings.budget import Budget, budget_of, steps_of
from hadax.core.settings.pace import Pace
from hadax.core.types import Metrics


@dataclass
class Limits:
    """The limits of a pace; time counts from now.

    Attributes:
      pace: says which.
      episodes: that a generation plays; 0 for tasks without.
      steps: environment steps of the generations before.
    """

    pace: Pace
    episodes: int = 0
    steps: int = 0
    _budget: Budget = field(init=False)
    _begun: float = field(default_factory=time.monotonic, init=False)
    _earlier: Metrics | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._budget = budget_of(self.pace.budget)

    def reached(self, fitness: jax.Array | None, metrics: Metrics) -> bool:
        """Whether a run is to end here.

        Args:
          fitness: of the evolved mean, [], where it was evaluated.
          metrics: the generation's; its steps count when the next one asks, so that nobody waits
            for the devices.
        """
        budget, stop_at = self._budget, self.pace.stop_at
        earlier, self._earlier = self._earlier, metrics
        if self.pace.budget is not None and earlier is not None and EPISODE_LENGTH in earlier:
            self.steps += steps_of(float(earlier[EPISODE_LENGTH]), self.episodes)
        if self.steps >= budget.steps or time.monotonic() >= self._begun + budget.seconds:
            return True
        # Read only where somebody asked: it waits for the device.
        return stop_at is not None and fitness is not None and float(fitness) >= stop_at
