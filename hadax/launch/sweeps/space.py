"""The settings that are to be chosen, and what each may be; imports no Optuna."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from hadax.core.errors import MOST_STEPS, ConfigError, require
from hadax.core.settings.annotations import from_text
from hadax.core.settings.fields import Value
from hadax.core.words.names import spelled
from hadax.launch.sweeps.cells import Settings, cells

Number: TypeAlias = int | float


@dataclass(frozen=True)
class Range:
    """Numbers between two, both allowed.

    Attributes:
      low: the smallest; whole numbers alone where it and `high` are whole.
      high: the largest.
      log: whether orders of magnitude count alike.
      step: between the numbers allowed; None for any.
    """

    low: Number
    high: Number
    log: bool = False
    step: Number | None = None

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)


@dataclass(frozen=True)
class OneOf:
    """One of a few values."""

    values: tuple[Value, ...]


Space: TypeAlias = Mapping[str, Range | OneOf]
"""What each setting may be, by its name."""

_EXPECTED = "must be name=low:high, name=low:high:log, name=low:high:step or name=one|another"


def dimension(name: str, values: Sequence[Value], last: str = "") -> Range | OneOf:
    """What a setting may be.

    Args:
      name: the setting's.
      values: two ends of a range, or a choice's values.
      last: of a range, "log", a step, or ""; "|" of a choice.

    Raises:
      ConfigError: of "space": a range that is none.
    """
    if last == "|":
        require(len(values) > 1, "space", name, "needs two values to choose from")
        for place, each in enumerate(values):
            twice = each in values[:place]
            require(not twice, "space", f"{name}={spelled(each)}", "is given twice")
        return OneOf(tuple(values))
    low, high = (_number(name, value) for value in values)
    log, step = last == "log", None if last in ("", "log") else _number(name, from_text(last, Any))
    require(low < high, "space", f"{name}={low}:{high}", "the lower end must come first")
    require(not log or low > 0, "space", f"{name}={low}:{high}:log", "must be above 0")
    found = Range(low, high, log, step)
    expected = "between whole numbers a step must be one"
    fits = step is None or not found.whole or isinstance(step, int)
    require(fits, "space", f"{name}={low}:{high}:{step}", expected)
    if step is not None:
        _check_step(name, low, high, step)
    return found


def typed(name: str, each: Range | OneOf) -> str:
    """What a setting may be, as it is typed: what `parts_of` and `dimension` read."""
    if isinstance(each, OneOf):
        return f"{name}={'|'.join(map(spelled, each.values))}"
    last = "log" if each.log else each.step
    return f"{name}={each.low}:{each.high}" + ("" if last is None else f":{last}")


def parts_of(text: str) -> tuple[str, tuple[str, ...], str]:
    """A setting's name, the texts of its values, and what comes last, as `dimension` takes it.

    Args:
      text: as typed, "std=0.01:0.5:log" or "strategy=Open_ES|SNES".

    Raises:
      ConfigError: of "space": it is neither.
    """
    name, equals, told = (word.strip() for word in text.partition("="))
    if equals and "|" in told:
        return name, tuple(told.split("|")), "|"
    parts = [part.strip() for part in told.split(":")]
    if not (name and equals and 2 <= len(parts) <= 3 and all(parts)):
        raise ConfigError("space", text, _EXPECTED)
    return name, (parts[0], parts[1]), parts[2] if len(parts) == 3 else ""


def check_space(verb: str, fixed: Settings, space: Space) -> None:
    """Refuses settings that no search takes, before anything runs.

    Args:
      verb: which search.
      fixed: settings that all trials share.
      space: what the others may be; each choice, and both ends of a range, is looked at.

    Raises:
      ConfigError: names the setting.
      UsageError: a package that a log needs is missing.
    """
    both = next((name for name in space if name in fixed), None)
    require(both is None, "space", both, "is given for all trials; leave that flag out")
    first = first_of(space)
    _look(verb, {**fixed, **first})
    for name, each in space.items():
        for value in _looked_at(each)[1:]:
            try:
                _look(verb, {**fixed, **first, name: value})
            except ConfigError as error:
                # Beside other values than the first ones it may well do.
                if error.name == name:
                    raise


def first_of(space: Space) -> dict[str, Value]:
    """The first that each setting may be: with them, what all trials share makes a search."""
    return {name: _looked_at(each)[0] for name, each in space.items()}


def _look(verb: str, settings: Settings) -> None:
    """Refuses what one search does not take, and what cannot be kept of it here."""
    (cell,) = cells(verb, settings, {})
    cell.resolved.config.monitoring.require_means(in_folder=True)


def _looked_at(each: Range | OneOf) -> tuple[Value, ...]:
    return each.values if isinstance(each, OneOf) else (each.low, each.high)


def _check_step(name: str, low: Number, high: Number, step: Number) -> None:
    """Refuses a step that does not lead from one end of a range to the other.

    Raises:
      ConfigError: of "space": names the end that it leads to nearest to the one that was given.
    """
    told = f"{name}={low}:{high}:{step}"
    require(step > 0, "space", told, "must be above 0")
    # As they are typed: in binary, 0.4 is not four times 0.1.
    first, stride = Fraction(str(low)), Fraction(str(step))
    steps = (Fraction(str(high)) - first) / stride
    require(steps < MOST_STEPS, "space", told, "the step is too small")
    reached = first + max(1, round(steps)) * stride
    end = int(reached) if isinstance(high, int) else float(reached)
    require(steps.denominator == 1, "space", told, f"the step leads to {end}, not to {high}")


def _number(name: str, value: Value) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) == math.inf:
        raise ConfigError("space", f"{name}={spelled(value)}", "a range needs numbers")
    return value
