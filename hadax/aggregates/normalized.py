"""Scores of different tasks on one scale, so that they can be averaged."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from hadax.aggregates.finite import require_finite
from hadax.core.errors import UsageError

ByTask: TypeAlias = Mapping[str, Sequence[float]]
"""Scores of runs by their task's name."""


def ranges(groups: Sequence[ByTask]) -> dict[str, tuple[float, float]]:
    """The lowest and the highest score of each task over all `groups` of runs.

    Raises:
      UsageError: a score that is not finite.
    """
    found: dict[str, list[float]] = {}
    for group in groups:
        require_finite(group.values())
        for task, scores in group.items():
            found.setdefault(task, []).extend(scores)
    return {task: (min(scores), max(scores)) for task, scores in found.items() if scores}


def normalized(group: ByTask, scale: Mapping[str, tuple[float, float]]) -> list[list[float]]:
    """A group's scores, those of a task from 0 for its lowest to 1 for its highest.

    Args:
      group: of runs.
      scale: each task's lowest and highest score; where they are the same all are 1.

    Raises:
      UsageError: a score that is not finite, or a task that has no scale.
    """
    require_finite(group.values())
    without = next((task for task in group if task not in scale), None)
    if without is not None:
        raise UsageError(f"scale: has none of {without}; ranges of all groups has every task's")
    return [
        [
            1.0 if scale[task][0] == scale[task][1] else _share(score, *scale[task])
            for score in scores
        ]
        for task, scores in group.items()
    ]


def _share(score: float, low: float, high: float) -> float:
    return (score - low) / (high - low)
