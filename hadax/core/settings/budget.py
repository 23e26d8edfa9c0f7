"""What a search may spend: time, or environment steps; imports no JAX."""

import math
import re
from dataclasses import dataclass

from hadax.core.errors import ConfigError
from hadax.core.settings.durations import seconds_of

_STEPS = re.compile(r"(\d+\.?\d*(?:e\d+)?) ?steps")


@dataclass(frozen=True)
class Budget:
    """What a search may spend; infinite where it is not limited.

    Attributes:
      seconds: from its start.
      steps: environment steps of its candidates' episodes, in all generations.
    """

    seconds: float = math.inf
    steps: float = math.inf


def steps_of(length: float, episodes: int) -> int:
    """Environment steps of a generation, the same whoever counts them.

    Args:
      length: the mean number of steps of its episodes; not finite where all of them failed, whose
        steps nobody knows and which count for none.
      episodes: that it plays.
    """
    return round(length * episodes) if math.isfinite(length) else 0


def budget_of(text: str | None) -> Budget:
    """The budget that a text as "40min" or "2e8steps" stands for; no limit for None.

    Raises:
      ConfigError: it is none.
    """
    if text is None:
        return Budget()
    if found := _STEPS.fullmatch(text):
        steps = float(found[1])
        if not 1 <= steps < math.inf:
            raise ConfigError("budget", text, "must be at least 1 step, and finitely many")
        return Budget(steps=steps)
    try:
        return Budget(seconds=seconds_of("budget", text))
    except ConfigError as error:
        expected = f"{error.expected}, or environment steps, as 2e8steps"
        raise ConfigError("budget", text, expected) from error
