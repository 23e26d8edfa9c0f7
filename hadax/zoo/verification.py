"""Whether an entry still does what its record says: fresh networks, fresh episodes."""

import math
from dataclasses import dataclass

from hadax.distilled.loading import load
from hadax.distilled.score import Score
from hadax.zoo.entry import Entry

STANDARD_ERRORS = 3
"""Two means that differ by more are not of one thing."""

# Where every network scores the same, the means may still differ by how a machine rounds.
_ROUNDING = 1e-5


@dataclass(frozen=True)
class Verification:
    """An entry's score as recorded, and as measured now.

    Attributes:
      recorded: in the index.
      measured: on fresh networks and episodes.
    """

    recorded: Score
    measured: Score

    @property
    def difference(self) -> float:
        """Measured minus recorded mean."""
        return self.measured.mean - self.recorded.mean

    @property
    def allowed(self) -> float:
        """The most that the means may differ: STANDARD_ERRORS of their difference."""
        error = math.hypot(standard_error(self.recorded), standard_error(self.measured))
        return max(STANDARD_ERRORS * error, _ROUNDING * abs(self.recorded.mean))

    @property
    def agrees(self) -> bool:
        """Whether they differ by no more than that, and no larger share of the networks failed.

        A mean that is no number never agrees.
        """
        near = math.isfinite(self.difference) and abs(self.difference) <= self.allowed
        return near and self.measured.failed <= self.recorded.failed


def standard_error(score: Score) -> float:
    """Of a score's mean, over its networks, or the episodes of a single policy; 0 of only one.

    A score's spread is that of the sample, hence the count less one.
    """
    count = score.networks if score.networks > 1 else score.episodes
    return score.std / math.sqrt(count - 1) if count > 1 else 0.0


def verify(entry: Entry, seed: int, networks: int, episodes: int) -> Verification:
    """Trains fresh networks on an entry and measures them.

    Raises:
      ArtifactError: its file is damaged, or its task is not installed here.
      UsageError: its task's data cannot be had.
    """
    found = load(f"zoo:{entry.name}")
    return Verification(entry.score, found.evaluate(seed, networks, episodes))
