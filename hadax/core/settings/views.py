"""Configs seen otherwise: flat, with changes, and as JSON; imports no JAX."""

import dataclasses
import numbers
import os
import sys
import typing
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from hadax.core.errors import ConfigError, require
from hadax.core.settings.annotations import matches
from hadax.core.settings.fields import Field, Value, setting_of
from hadax.core.words.names import nearest

Config = TypeVar("Config")


def settings_in(config: type | object) -> Iterator[tuple[str, Field, type]]:
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
    return _replaced(config, {name: as_setting(value) for name, value in changes.items()})


def as_setting(value: Any) -> Any:
    """A value as settings have it: plain numbers, text, tuples of them, or those by name.

    A list, as JSON and command lines give one, is a tuple. NumPy's and JAX's numbers are Python's,
    paths are text. All else stays what it is.
    """
    if isinstance(value, Mapping):
        return {name: as_setting(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return tuple(map(as_setting, value))
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, bool | str):
        return value
    if is_array(value) and value.shape == () and hasattr(value, "item"):
        return value.item()
    if isinstance(value, numbers.Integral):
        return int(value)
    return float(value) if isinstance(value, numbers.Real) else value


def is_array(value: Any) -> bool:
    """Whether it is an array of NumPy, JAX or whoever else, or one of their numbers."""
    return hasattr(value, "__array__") and hasattr(value, "shape")


def is_frozen(value: object) -> bool:
    """Whether it is of a frozen dataclass, whose fields no call changes."""
    declared = getattr(value, "__dataclass_params__", None)
    return declared is not None and bool(declared.frozen)


def require_single(name: str, value: Any) -> None:
    """Refuses an array of several numbers, whatever the setting's own type.

    What is compared with one is an array itself, neither true nor false.

    Args:
      name: the setting's.
      value: as `as_setting` gives it; or several, or options by name.

    Raises:
      ConfigError: of that setting.
    """
    entries = value.values() if isinstance(value, Mapping) else value
    for each in entries if isinstance(value, tuple | Mapping) else (value,):
        require(not is_array(each), name, each, "must be a plain value, no array")


def refuse_unknown(names: Mapping[str, Any], known: list[str]) -> None:
    """Refuses a name that is none of the known ones, with the nearest of them.

    Args:
      names: what was given, with the values, for the message.
      known: the names that would be right.

    Raises:
      ConfigError: of the first that is unknown.
    """
    for name, value in names.items():
        if name not in known:
            raise ConfigError(name, value, f"no such setting{nearest(name, known)}")


def to_json(config: object) -> dict[str, Any]:
    """A config as nested JSON objects, one a section."""
    return dataclasses.asdict(typing.cast(Any, config))


def from_json(kind: type[Config], document: Mapping[str, Any]) -> Config:
    """The config that `to_json` wrote; what is missing has its default.

    Args:
      kind: the config's class.
      document: settings by name, sections nested in it.

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
            values[name] = as_setting(value)
    return kind(**values)


def _replaced(config: Any, changes: Mapping[str, Value]) -> Any:
    own: dict[str, Any] = {}
    hints = typing.get_type_hints(type(config))
    for each in dataclasses.fields(config):
        value = getattr(config, each.name)
        if setting_of(each) is not None:
            if each.name in changes:
                own[each.name] = _as_declared(changes[each.name], hints[each.name])
        elif dataclasses.is_dataclass(value):
            own[each.name] = _replaced(value, changes)
    return dataclasses.replace(config, **own)


def _object(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is {value!r}, must be an object")
    return value


def _options(name: str, value: Any) -> dict[str, Value]:
    """A plug-in's own settings, whose types only it knows, each as any setting can be."""
    options = {key: as_setting(each) for key, each in _object(name, value).items()}
    for key, each in options.items():
        if not matches(each, Value):
            raise TypeError(f"{key} in {name} is {each!r}, which no setting can be")
    return options


def _as_declared(value: Value, annotation: Any) -> Value:
    """A whole number as a float where one is declared, so that 1 and 1.0 are the same search."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    # A number that no float holds is out of range, which whoever checks it says.
    fits = whole and abs(typing.cast(int, value)) < sys.float_info.max
    return float(typing.cast(int, value)) if fits and annotation is float else value
