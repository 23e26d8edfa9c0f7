"""One number for several scores: their mean, and the mean of their middle half.

As rliable defines them (Agarwal et al., "Deep Reinforcement Learning at the Edge of the
Statistical Precipice", NeurIPS 2021, https://arxiv.org/abs/2108.13264).
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hadax.aggregates.finite import require_runs

Strata: TypeAlias = Sequence[NDArray[np.float64]]
"""Scores [..., runs] of each task; tasks may have different numbers of runs."""

Estimator: TypeAlias = Callable[[Strata], NDArray[np.float64]]
"""From scores [..., runs] of each task to one number [...]."""

_TRIMMED = 0.25


def mean(strata: Strata) -> NDArray[np.float64]:
    """The mean over tasks of their mean scores: `strata` [..., runs] to [...].

    Raises:
      UsageError: a score that is not finite, no task, or a task without a run.
    """
    require_runs(strata)
    return np.mean([np.mean(scores, axis=-1) for scores in strata], axis=0)


def interquartile_mean(strata: Strata) -> NDArray[np.float64]:
    """The mean of all scores but the lowest and the highest quarter: `strata` [..., runs] to [...].

    A quarter is rounded down, so that fewer than four scores have their plain mean.

    Raises:
      UsageError: a score that is not finite, no task, or a task without a run.
    """
    require_runs(strata)
    ordered = np.sort(np.concatenate(strata, axis=-1), axis=-1)
    runs = ordered.shape[-1]
    cut = int(_TRIMMED * runs)
    return np.asarray(np.mean(ordered[..., cut : runs - cut], axis=-1))
