"""Durations as people write them; imports no JAX."""

import math
import re

from hadax.core.errors import ConfigError

_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def seconds_of(name: str, text: str) -> float:
    """Seconds that a text as "90s", "40min", "1.5h" or "2d" stands for.

    Args:
      name: the setting's, for the refusal.
      text: a number above 0 and its unit.

    Raises:
      ConfigError: it is none.
    """
    found = re.fullmatch(r"(\d+\.?\d*(?:e\d+)?) ?([a-z]+)", text)
    unit = _UNITS.get(found[2]) if found else None
    seconds = float(found[1]) * unit if found and unit else 0.0
    if not 0 < seconds < math.inf:
        raise ConfigError(name, text, "must be a duration, as 90s, 40min, 1.5h or 2d")
    return seconds
