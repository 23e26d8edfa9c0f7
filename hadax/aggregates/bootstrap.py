"""How sure an aggregate is: stratified bootstrap intervals.

Runs are drawn anew with replacement, those of each task from that task's own, and the interval
holds the middle of what the aggregate comes to: rliable's percentile intervals (Agarwal et al.,
NeurIPS 2021, https://arxiv.org/abs/2108.13264; Efron, "Better Bootstrap Confidence Intervals",
1987).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hadax.aggregates.finite import require_runs
from hadax.aggregates.point_estimates import Estimator
from hadax.core.errors import require_count
from hadax.core.settings.config import require_seed

RESAMPLES = 10_000
"""How often runs are drawn anew."""

CONFIDENCE = 0.95
"""The share of the resamples that lies in an interval."""

# Entries of one array at most: some hundred million scores would fill the memory at once.
_MOST_ENTRIES = 2**22


@dataclass(frozen=True)
class Estimate:
    """An aggregate and its interval.

    Attributes:
      value: of the scores as they are.
      low: the interval's lower end; the value itself where nothing can be drawn anew.
      high: its upper end.
    """

    value: float
    low: float
    high: float

    @property
    def has_interval(self) -> bool:
        """Whether resamples differ."""
        return self.low < self.high


def estimate(
    scores: Sequence[Sequence[float]],
    aggregate: Estimator,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """An aggregate of runs with its stratified bootstrap interval.

    Args:
      scores: those of each task's runs, at least one task and one run of each.
      aggregate: makes one number of them.
      resamples: how often runs are drawn anew, at least once.
      seed: decides the draws, 0 or more.

    Raises:
      ConfigError: resamples or a seed out of range.
      UsageError: a score that is not finite, no task, or a task without a run.
    """
    require_runs(scores)
    require_count("resamples", resamples, 1)
    require_seed("seed", seed)
    strata = [np.asarray(each, np.float64) for each in scores]
    drawn = _resampled(strata, aggregate, resamples, np.random.default_rng(seed))
    margin = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, (margin, 1 - margin))
    return Estimate(float(aggregate(strata)), float(low), float(high))


def _resampled(
    strata: Sequence[NDArray[np.float64]],
    aggregate: Estimator,
    resamples: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """The aggregate of every resample, [resamples]."""
    together = max(1, _MOST_ENTRIES // sum(map(len, strata)))
    parts = []
    for start in range(0, resamples, together):
        count = min(together, resamples - start)
        places = [random.integers(len(each), size=(count, len(each))) for each in strata]
        drawn = [each[place] for each, place in zip(strata, places, strict=True)]
        parts.append(aggregate(drawn))
    return np.concatenate(parts)
