"""How evolved means are validated during a search, and which of them is published; no JAX."""

from dataclasses import dataclass

from hadax.core.errors import MOST_ENTRIES, MOST_STEPS
from hadax.core.settings.fields import check, setting


@dataclass(frozen=True)
class ValidationConfig:
    """Settings of validation: the last mean of a search that wanders need not be its best.

    Examples:
      >>> from hadax.core.settings.validation import ValidationConfig
      >>> ValidationConfig().keep_best
      3
    """

    validation_networks: int = setting(
        8, "fresh networks that evaluate the evolved mean", least=1, most=MOST_ENTRIES
    )
    keep_best: int = setting(
        3,
        "best evolved means kept, one of them or the last to be the result; 0 for the last",
        least=0,
        most=MOST_ENTRIES,
    )
    average_means: int = setting(
        0,
        "generations whose means are averaged to the one validated and kept; 0 for none",
        least=0,
        most=MOST_STEPS,
    )

    def __post_init__(self) -> None:
        check(self)
