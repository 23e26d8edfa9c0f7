"""Scores that are no finite numbers are refused: a NaN sorts last, as if it were the best."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from hadax.core.errors import UsageError


def require_finite(scores: Iterable[ArrayLike]) -> None:
    """Refuses scores of which one is no finite number.

    Args:
      scores: those of each task, [...] of any shape.

    Raises:
      UsageError: says which one.
    """
    for place, each in enumerate(scores):
        values = np.asarray(each, np.float64)
        wrong = values[~np.isfinite(values)]
        if wrong.size:
            which = f"task {place}, counted from 0: a score is {wrong[0]}"
            raise UsageError(f"{which}, must be finite; leave out runs that have none")
