"""How long a search is, how often it looks and saves, and what ends it; imports no JAX."""

from dataclasses import dataclass

from hadax.core.errors import MOST_STEPS, require
from hadax.core.settings.budget import budget_of
from hadax.core.settings.fields import check, setting


@dataclass(frozen=True)
class Pace:
    """How long a run is and how often it stops to look and to save.

    Examples:
      >>> import hadax
      >>> hadax.Pace(generations=20).evaluate_every
      10
    """

    generations: int = setting(100, "generations in all", least=1, most=MOST_STEPS)
    evaluate_every: int = setting(
        10,
        "generations between evaluations of the evolved mean; 0 for none",
        least=0,
        most=MOST_STEPS,
    )
    checkpoint_every: int = setting(
        50, "generations between checkpoints; 0 for one at the end", least=0, most=MOST_STEPS
    )
    keep: int = setting(2, "checkpoints kept, the newest", least=1, most=MOST_STEPS)
    stop_at: float | None = setting(
        None, "end once an evaluation of the evolved mean has this fitness"
    )
    budget: str | None = setting(
        None, "end after so long, as 40min, or so many environment steps, as 2e8steps"
    )

    def __post_init__(self) -> None:
        check(self)
        if self.budget is not None:
            budget_of(self.budget)
        expected = "needs evaluations: evaluate_every is 0"
        looks = self.stop_at is None or self.evaluate_every > 0
        require(looks, "stop_at", self.stop_at, expected)
