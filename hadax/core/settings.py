"""A setting is one field of a frozen dataclass: name, type, default, range, unit and help line.

Flags, presets, keyword arguments and files are all views of these fields. Nothing here imports JAX,
so that --help is instant and bad values are refused at once.
"""

import dataclasses
import difflib
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from hadax.core.annotations import Option, describe, matches
from hadax.core.errors import LARGEST, MOST_ENTRIES, MOST_STEPS, ConfigError

Value: TypeAlias = Option
"""What a setting can be."""

Config = TypeVar("Config")

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
        open_ended = self.most in _OPEN_ENDED
        return f"at least {self.least:g}" if open_ended else f"in [{self.least:g}, {self.most:.0f}]"


def setting(default: Any, help: str, **known: Any) -> Any:
    """A dataclass field that is a setting.

    Args:
      default: the value where none is given.
      help: what it sets, in a few words.
      **known: fields of Setting.
    """
    return field(default=default, metadata={_KEY: Setting(help, **known)})


def setting_of(of: "dataclasses.Field[Any]") -> Setting | None:
    """What is known of a field that is a setting; None of one that is not."""
    return of.metadata.get(_KEY)


def check(config: Any) -> None:
    """Holds every setting of a config against its type, range and choices.

    Raises:
      ConfigError: the first that does not fit; says what would.
    """
    hints = typing.get_type_hints(type(config))
    for each in dataclasses.fields(config):
        known, value = setting_of(each), getattr(config, each.name)
        if known is None:
            continue
        if not matches(value, hints[each.name]):
            raise ConfigError(each.name, value, f"must be {describe(hints[each.name])}")
        for entry in value if isinstance(value, tuple) else (value,):
            if entry is not None and not _fits(known, entry):
                raise ConfigError(each.name, entry, _expected(known))


def settings_in(config: type | object) -> Iterator[tuple[str, "dataclasses.Field[Any]", type]]:
    """Every setting of a config class (or of one of its objects) and of the configs nested in it.

    Yields:
      The setting's name, its field, and the class that has it.
    """
    kind = config if isinstance(config, type) else type(config)
    hints = typing.get_type_hints(kind)
    for each in dataclasses.fields(kind):
        if setting_of(each) is not None:
            yield each.name, each, kind
        elif dataclasses.is_dataclass(hints[each.name]):
            yield from settings_in(typing.cast(type, hints[each.name]))


def flat(config: object) -> dict[str, Value]:
    """Every setting's value by name, those of nested configs among them."""
    values: dict[str, Value] = {}
    for each in dataclasses.fields(typing.cast(Any, config)):
        value = getattr(config, each.name)
        if setting_of(each) is not None:
            values[each.name] = value
        elif dataclasses.is_dataclass(value):
            values |= flat(value)
    return values


def replaced(config: Config, changes: Mapping[str, Value]) -> Config:
    """The config with some settings changed, wherever they are nested.

    Args:
      config: a frozen dataclass of settings and of such dataclasses.
      changes: values by the settings' names; lists stand for tuples.

    Raises:
      ConfigError: a name that is no setting, or a value that does not fit.
    """
    refuse_unknown(changes, [name for name, _, _ in settings_in(config)])
    return _replaced(config, {name: _as_setting(value) for name, value in changes.items()})


def refuse_unknown(names: Mapping[str, Any], known: list[str]) -> None:
    """Refuses a name that is none of the known ones, with the nearest of them.

    Raises:
      ConfigError: the first that is unknown.
    """
    for name, value in names.items():
        if name not in known:
            raise ConfigError(name, value, f"no such setting{nearest(name, known)}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names most like this one, as "; did you mean a, b?"; "" where none is."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"; did you mean {', '.join(near)}?" if near else ""


def to_json(config: object) -> dict[str, Any]:
    """A config as nested JSON objects, one a section."""
    return dataclasses.asdict(typing.cast(Any, config))


def from_json(kind: type[Config], document: Mapping[str, Any]) -> Config:
    """The config that `to_json` wrote; what is missing has its default.

    Raises:
      ConfigError: a value that does not fit.
      TypeError: something that is no object where a section belongs, or an unknown name.
    """
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in _object(kind.__name__, document).items():
        if name not in hints:
            raise TypeError(f"{kind.__name__} has no {name}")
        nested = hints[name]
        if isinstance(nested, type) and dataclasses.is_dataclass(nested):
            values[name] = from_json(nested, _object(name, value))
        elif typing.get_origin(nested) is Mapping:
            values[name] = _options(name, value)
        else:
            values[name] = _as_setting(value)
    return kind(**values)


def _replaced(config: Any, changes: Mapping[str, Value]) -> Any:
    own: dict[str, Any] = {}
    for each in dataclasses.fields(config):
        value = getattr(config, each.name)
        if setting_of(each) is not None:
            if each.name in changes:
                own[each.name] = changes[each.name]
        elif dataclasses.is_dataclass(value):
            own[each.name] = _replaced(value, changes)
    return dataclasses.replace(config, **own)


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is {value!r}, must be an object")
    return value


def _options(name: str, value: Any) -> dict[str, Value]:
    """A plug-in's own settings, whose types only it knows, each as any setting can be."""
    options = {key: _as_setting(each) for key, each in _object(name, value).items()}
    for key, each in options.items():
        if not matches(each, Value):
            raise TypeError(f"{key} in {name} is {each!r}, which no setting can be")
    return options


def _as_setting(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fits(known: Setting, value: Any) -> bool:
    if known.choices:
        return value in known.choices
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
        return f"must be in [{known.least:.0f}, {known.most:.0f}]"
    return f"must be {known.range_text()}"
