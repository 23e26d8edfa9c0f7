"""A setting is one field of a frozen dataclass: name, type, default, range, unit and help line.

Flags, presets, keyword arguments and files are all views of these fields. Nothing here imports JAX,
so that help is instant and bad values are refused at once.
"""

import dataclasses
import math
import operator
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hadax.core.errors import LARGEST, MOST_ENTRIES, MOST_STEPS, ConfigError
from hadax.core.settings.annotations import Option, describe, matches
from hadax.core.words.names import as_given

Value: TypeAlias = Option
"""What a setting can be."""

Options: TypeAlias = Mapping[str, Value]
"""A plug-in's own settings, or a task's, by name."""

Field: TypeAlias = "dataclasses.Field[Any]"
"""A dataclass's field, of whatever type."""

_KEY = "hadax"

# Bounds that only a slip of the hand meets; help need not tell of them.
_OPEN_ENDED = (None, LARGEST, MOST_ENTRIES, MOST_STEPS, 2**32 - 1)


@dataclass(frozen=True)
class Setting:
    """What is known of a setting besides its name, type and default.

    Attributes:
      help: what it sets, without its range.
      least: the smallest value allowed; None for none.
      above: every value must be larger than this; None for no such bound.
      most: the largest value allowed.
      choices: the words allowed; () for any.
      zero: what 0 stands for where it is allowed outside of the range; "" where it is not.
      automatic: whether "auto" may be written for 0.
      unit: of a number, for people.
      local: whether it says where something is on this machine, and so is no part of a search.
    """

    help: str
    least: float | None = None
    above: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    zero: str = ""
    automatic: bool = False
    unit: str = ""
    local: bool = False

    def range_text(self) -> str:
        """The values allowed, in words: "above 0", "in [1, 256]"; "" where any is."""
        if self.choices:
            return ", ".join(self.choices)
        if self.above is not None:
            bounded = self.most not in (None, LARGEST)
            return f"in ({self.above:g}, {self.most:g}]" if bounded else f"above {self.above:g}"
        if self.least in (None, 0):
            return "" if self.most in _OPEN_ENDED else f"at most {self.most:g}"
        if self.most is None or self.most in _OPEN_ENDED:
            return f"at least {self.least:g}"
        return f"in [{self.least:g}, {_in_digits(self.most)}]"


def setting(default: Any, help: str, **known: Any) -> Any:
    """A dataclass field that is a setting.

    Args:
      default: the value where none is given.
      help: what it sets, in a few words.
      **known: fields of Setting.
    """
    return field(default=default, metadata={_KEY: Setting(help, **known)})


def setting_of(of: Field) -> Setting | None:
    """What is known of a field that is a setting; None of one that is not."""
    return of.metadata.get(_KEY)


def check(config: object) -> None:
    """Holds every setting of a config against its type, range and choices.

    Raises:
      ConfigError: the first that does not fit; says what would.
    """
    hints = typing.get_type_hints(type(config))
    for each in dataclasses.fields(typing.cast(Any, config)):
        known, value = setting_of(each), getattr(config, each.name)
        if known is None:
            continue
        if not matches(value, hints[each.name]):
            expected = f"must be {describe(hints[each.name])}"
            alone = typing.get_origin(hints[each.name]) is not tuple
            raise ConfigError(each.name, as_given(value) if alone else value, expected)
        for entry in value if isinstance(value, tuple) else (value,):
            if entry is not None and not _fits(known, entry):
                raise ConfigError(each.name, entry, _expected(known))


def check_value(of: Field, value: Any) -> None:
    """Holds a value that is not a config's against a setting's range and choices.

    Args:
      of: a config's field; one that is no setting has neither.
      value: what stands for it; a number may be NumPy's or JAX's.

    Raises:
      ConfigError: it does not fit; says what would.
    """
    known = setting_of(of)
    if known is None:
        return
    try:
        fits = _fits(known, _plain(of.type, value))
    except (TypeError, OverflowError) as error:
        expected = f"{_expected(known)}, {describe(of.type)}"
        raise ConfigError(of.name, value, expected) from error
    if not fits:
        raise ConfigError(of.name, value, _expected(known))


def _plain(kind: Any, value: Any) -> Any:
    """The number as Python's own, if the kind is one; TypeError of what is none."""
    if kind is int:
        return int(operator.index(value))
    if kind is not float:
        return value
    if isinstance(value, str):
        raise TypeError("no number")
    return float(value)


def _in_digits(bound: float) -> str:
    """A whole number with all its digits, another in short."""
    return f"{bound:.0f}" if bound == round(bound) else f"{bound:g}"


def _fits(known: Setting, value: Any) -> bool:
    if known.choices:
        return value in known.choices
    if isinstance(value, float) and math.isnan(value):
        return False
    if isinstance(value, str | bool) or (value == 0 and known.zero):
        return True
    return (
        (known.least is None or value >= known.least)
        and (known.above is None or value > known.above)
        and (known.most is None or value <= known.most)
    )


def _expected(known: Setting) -> str:
    if known.choices:
        return f"must be one of {known.range_text()}"
    if known.above is not None and known.most == LARGEST:
        return f"must be above {known.above:g} and at most {LARGEST:g}"
    if known.least is not None and known.most is not None and known.above is None:
        return f"must be in [{_in_digits(known.least)}, {_in_digits(known.most)}]"
    if known.least == 0 and known.most in _OPEN_ENDED:
        return "must be at least 0"
    return f"must be {known.range_text() or 'a number'}"
