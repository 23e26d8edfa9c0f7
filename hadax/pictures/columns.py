"""What stands below an example's picture: its numbers by name, and its target as bars."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from hadax.core.specification import Discrete, is_distribution
from hadax.core.task import Task
from hadax.core.words.numbers import in_short
from hadax.pictures.scenes.scene import Observation

_MOST_NUMBERS = 18
_MOST_BARS = 20
_BAR, _SURE, _AXIS = "#a9cce3", "#2471a3", "#7f8c8d"
_SIZE = 7.0


def input_rows(task: Task) -> tuple[str, ...]:
    """The names of an input's numbers with their units; () where they are too many to be read."""
    if len(task.input_shape) > 1 or (task.input_shape or (1,))[0] > _MOST_NUMBERS:
        return ()
    count = (task.input_shape or (1,))[0]
    names = task.labels.input_names or tuple(f"input {index}" for index in range(count))
    return with_units(names, task.labels.input_units)


def target_rows(task: Task) -> tuple[str, ...]:
    """The names of a target's entries, with their units; () where they are too many."""
    size = task.target.size
    if size > _MOST_BARS:
        return ()
    names = task.labels.target_names or task.class_names
    names = names or tuple(f"action {index}" for index in range(size))
    return with_units(names, task.labels.target_units)


def with_units(names: Sequence[str], units: Sequence[str]) -> tuple[str, ...]:
    """Each name with its unit in brackets, if it has one; `names` and `units` in one order."""
    units = units or ("",) * len(names)
    return tuple(
        f"{name} ({unit})" if unit else name for name, unit in zip(names, units, strict=True)
    )


def draw_names(axes: Any, task: Task) -> None:
    """Names of all rows, at the right of the axes."""
    rows = (*input_rows(task), *target_rows(task))
    _prepare(axes, len(rows), len(input_rows(task)))
    for place, name in enumerate(rows):
        axes.text(1, place, name, ha="right", va="center", fontsize=_SIZE)


def draw_column(axes: Any, task: Task, observation: Observation, target: Observation) -> None:
    """An example's numbers, a row each, and its target's entries as bars with numbers.

    Args:
      axes: matplotlib's; as many rows as those of the names.
      task: names both.
      observation: [*input_shape].
      target: [size]; probabilities as bars from the left, real values from the middle, where the
        ends of a bar's ground are the bounds.
    """
    above = len(input_rows(task))
    _prepare(axes, above + len(target_rows(task)), above)
    if above:
        for place, value in enumerate(np.atleast_1d(observation)):
            axes.text(0.5, place, in_short(value), ha="center", va="center", fontsize=_SIZE)
    if target_rows(task):
        discrete = isinstance(task.target, Discrete)
        taught = target if discrete else np.asarray(task.taught(jnp.asarray(target)[None]))[0]
        told = np.asarray(taught if discrete else _in_units(task, taught))
        for index, entry in enumerate(taught):
            _draw_bar(axes, above + index, float(entry), discrete)
            likely = discrete and is_distribution(target)
            shown = f"{entry:.0%}" if likely else in_short(told[index])
            axes.text(0.5, above + index, shown, ha="center", va="center", fontsize=_SIZE)


def _draw_bar(axes: Any, place: int, value: float, discrete: bool) -> None:
    axes.barh(place, 1.0, height=0.72, color="#eef2f4")
    if discrete:
        share = min(max(value, 0.0), 1.0)
        axes.barh(place, share, height=0.72, color=_BAR)
        return
    share = 0.5 * min(max(value, -1.0), 1.0)
    axes.barh(place, share, left=0.5, height=0.72, color=_BAR)
    axes.plot([0.5, 0.5], [place - 0.36, place + 0.36], color=_AXIS, linewidth=0.6)


def _in_units(task: Task, taught: Observation) -> Observation:
    """A real action [size] in the environment's units; it may be beyond the bounds."""
    return np.asarray(task.to_action(jnp.asarray(taught)[None]), np.float32)[0]


def _prepare(axes: Any, rows: int, above: int) -> None:
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(max(rows, 1) - 0.5, -0.5))
    if 0 < above < rows:
        axes.axhline(above - 0.5, color=_AXIS, linewidth=0.6)
