"""What ends a run before its last generation: a score that is good enough, or time."""

import math
import time

import jax

from hadax.core.durations import seconds_of
from hadax.core.pace import Pace


class Limits:
    """The limits of a pace; time counts from now.

    Args:
      pace: says which.
    """

    def __init__(self, pace: Pace) -> None:
        self._stop_at = pace.stop_at
        seconds = math.inf if pace.budget is None else seconds_of("budget", pace.budget)
        self._until = time.monotonic() + seconds

    def reached(self, fitness: jax.Array | None) -> bool:
        """Whether a run is to end here.

        Args:
          fitness: of the evolved mean, [], where it was evaluated.
        """
        if time.monotonic() >= self._until:
            return True
        # Read only where somebody asked: it waits for the device.
        return self._stop_at is not None and fitness is not None and float(fitness) >= self._stop_at
