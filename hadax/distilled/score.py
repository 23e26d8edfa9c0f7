"""Scores and how they are told."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from hadax.core.settings.annotations import construct

PLAYED = "greedy, statistics frozen"
"""How policies play that were measured as users have them."""


@dataclass(frozen=True)
class Quantiles:
    """How the returns of all episodes lie: a mean hides the share of them that fails.

    Attributes:
      least: the lowest return, in the task's units as all of them.
      tenth: a tenth of the episodes return no more.
      quarter: a quarter of them.
      median: half of them.
      three_quarters: three quarters.
      nine_tenths: nine tenths.
      most: the highest return.

    Examples:
      >>> import hadax
      >>> score = hadax.zoo.load("gymnax/CartPole-v1").evaluate(seed=0, networks=2, episodes=2)
      >>> isinstance(score.returns, hadax.Quantiles), score.returns.most
      (True, 500.0)
    """

    least: float
    tenth: float
    quarter: float
    median: float
    three_quarters: float
    nine_tenths: float
    most: float

    def __str__(self) -> str:
        """All seven in a line."""
        values = astuple(self)
        decimals = 1 if max(map(abs, values)) >= 10 else 4
        words = ("least", "10%", "25%", "median", "75%", "90%", "most")
        pairs = zip(words, values, strict=True)
        return ", ".join(f"{word} {value:.{decimals}f}" for word, value in pairs)


@dataclass(frozen=True)
class Score:
    """A measurement on fresh networks (or the one policy) and fresh episodes or test data.

    Where a task has no test data, it is on those that the search saw, and `unseen` says so. A
    network that gives no finite number counts in `failed` alone.

    Attributes:
      mean: mean over the networks of what was measured, in the task's units.
      std: standard deviation over the networks' means; over the episodes for a single policy.
      networks: networks trained from fresh initialisations.
      episodes: episodes of each network; 0 for tasks without episodes.
      metric: what was measured: "fitness", or the name of a metric of the task.
      broken: share of the episodes that the simulator broke off, from 0 to 1.
      unseen: whether on episodes or data that no search saw.
      returns: how those of all networks' episodes lie; None for tasks without episodes, and where
        an earlier hadax measured.
      failed: share of the networks that gave no finite number, from 0 to below 1; all else is of
        the others.

    Examples:
      >>> from hadax import Score
      >>> print(Score(mean=497.25, std=3.5, networks=32, episodes=8))
      497.2 ± 3.5 (32 fresh networks x 8 episodes)
    """

    mean: float
    std: float
    networks: int
    episodes: int
    metric: str = "fitness"
    broken: float = 0.0
    unseen: bool = True
    returns: Quantiles | None = None
    failed: float = 0.0

    def __str__(self) -> str:
        """The score in words."""
        networks = f"{self.networks} fresh networks" if self.networks > 1 else "1 network"
        lost = round(self.failed * self.networks)
        failed = f"; {lost} of {self.networks} networks failed" if self.failed else ""
        if not self.unseen:
            metric = "" if self.metric == "fitness" else f" {self.metric}"
            return f"{self.spread}{metric} ({networks}, no test data{failed})"
        if self.metric != "fitness":
            return f"{self.spread} test {self.metric} ({networks}{failed})"
        episodes = f"{self.episodes} episodes" if self.episodes else "the test batch"
        broken = f", {self.broken:.1%} of them broken off" if self.broken else ""
        return f"{self.spread} ({networks} x {episodes}{broken}{failed})"

    def beside(self, mean: float) -> str:
        """Another mean of the same metric, which stands beside this one, with fewer decimals."""
        if self.metric == "accuracy":
            return f"{mean:.1%}"
        return f"{mean:,.0f}" if abs(mean) >= 100 else f"{mean:.1f}"

    @property
    def spread(self) -> str:
        """Mean and standard deviation with as many decimals as their size deserves."""
        if self.metric == "accuracy":
            return f"{self.mean:.2%} ± {self.std:.2%}"
        decimals = 1 if abs(self.mean) >= 10 else 4
        return f"{self.mean:.{decimals}f} ± {self.std:.{decimals}f}"


def score_from(document: Mapping[str, Any]) -> Score:
    """The score that a file has, `document` being its fields by name.

    Raises:
      TypeError, AttributeError: a value of the wrong kind, a missing or an unexpected one.
    """
    returns = document.get("returns")
    quantiles = None if returns is None else construct(Quantiles, returns)
    return construct(Score, {**document, "returns": quantiles})
