"""Scores that say nothing together are refused: a NaN sorts last, as if it were the best."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.errors import UsageError


def require_finite(scores: Iterable[ArrayLike]) -> None:
    """Refuses scores of which one is no finite number.

    Args:
      scores: those of each task, [..., runs] of any shape.

    Raises:
      UsageError: says which one.
    """
    for place, each in enumerate(scores):
        values = _numbers(place, each)
        wrong = values[~np.isfinite(values)]
        if wrong.size:
            which = f"{_which(place)}: a score is {wrong[0]}"
            raise UsageError(f"{which}, must be finite; leave out runs that have none")


def require_runs(scores: Sequence[ArrayLike]) -> None:
    """Refuses scores of no task, or of none of a task's runs, and what `require_finite` does.

    Args:
      scores: those of each task, [..., runs].

    Raises:
      UsageError: says which task has none.
    """
    if len(scores) == 0:
        raise UsageError("scores: must be of a task or more, as [[1.0, 2.0], [3.0]]")
    require_finite(scores)
    for place, each in enumerate(scores):
        if np.size(each) == 0:
            raise UsageError(f"{_which(place)}: has no score; leave out tasks without a run")


def _numbers(place: int, scores: ArrayLike) -> NDArray[np.float64]:
    try:
        values = np.asarray(scores, np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{_which(place)}: its scores must be numbers") from error
    if values.ndim == 0:
        raise UsageError(f"{_which(place)}: must be a list of its runs' scores, as [1.0, 2.0]")
    return values


def _which(place: int) -> str:
    return f"task {place}, counted from 0"
