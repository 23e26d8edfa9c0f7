"""Flags made of the configs' fields, as absl flags; imports nothing heavy, so --help is quick."""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import UnionType

from hadax.core.errors import require
from hadax.core.settings.annotations import Annotation
from hadax.core.settings.fields import Field, Setting, Value, setting_of
from hadax.core.storage.files import ending_of, require_folder


@dataclass(frozen=True)
class Flag:
    """One flag.

    Attributes:
      name: as typed after the dashes.
      kind: int, float, str or bool; list for words and tuple for whole numbers, comma-separated.
      default: None where the value is left to the task or the preset.
      help: what it sets, with its unit and range.
      automatic: whether "auto" may be written for 0.
      once: whether it is refused where it is given twice. Else lists of words go on, and of others
        the last holds.
    """

    name: str
    kind: type
    default: Value
    help: str
    automatic: bool = False
    once: bool = False


@dataclass(frozen=True)
class Group:
    """Flags that belong together in --help."""

    title: str
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Parsed:
    """A command line after parsing.

    Attributes:
      values: every flag's value by name, defaults included.
      given: those that were on the command line.
    """

    values: Mapping[str, Value]
    given: Mapping[str, Value]

    def text(self, name: str) -> str | None:
        """A flag of words; None where it has no value."""
        return None if (value := self.values[name]) is None else str(value)

    def whole(self, name: str) -> int:
        """A flag of a whole number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def place(self, name: str, ending: str) -> str | None:
        """A flag of a file that is to be written; None where it has no value.

        Raises:
          ConfigError: it does not end in `ending`.
          UsageError: there is no folder to write it in.
        """
        place = self.text(name)
        if place is not None:
            require(ending_of(place) == ending, name, place, f"must end in {ending}")
            require_folder(place)
        return place

    def true(self, name: str) -> bool:
        """Whether a flag is set."""
        return bool(self.values[name])


def flags_of(config: type) -> tuple[Flag, ...]:
    """A flag for each setting of a config class, nested ones left out."""
    hints = typing.get_type_hints(config)
    return tuple(
        flag_of(each, hints[each.name])
        for each in dataclasses.fields(config)
        if setting_of(each) is not None
    )


def flag_of(field: Field, annotation: Annotation) -> Flag:
    """The flag that sets a field.

    Args:
      field: of a config class, made by `setting`.
      annotation: its resolved type.
    """
    known = setting_of(field)
    assert known is not None
    default = typing.cast(Value, field.default)
    kind = _kind(annotation)
    # Neither layers that go on nor the last ones alone are clearly what is meant.
    return Flag(field.name, kind, default, _help(known), known.automatic, once=kind is tuple)


def optional(flag: Flag, help: str = "") -> Flag:
    """The flag with no value where none is given, and perhaps another help line."""
    return replace(flag, default=None, help=help or flag.help)


def flag_named(config: type, name: str) -> Flag:
    """The flag of one setting of a config class."""
    return next(flag for flag in flags_of(config) if flag.name == name)


def help_text(
    program: str, summary: str, groups: tuple[Group, ...], places: tuple[str, ...] = ()
) -> str:
    """What --help prints.

    Args:
      program: the command as typed.
      summary: what it does.
      groups: its flags.
      places: the flags that arguments without dashes stand for.
    """
    first = "".join(f"{name.upper()} " for name in places)
    lines = [summary, "", f"usage: {program} {first}[--flag=value ...]"]
    for group in groups:
        lines += ["", f"{group.title}:"]
        lines += [_help_line(flag) for flag in group.flags]
    return "\n".join(lines)


def _help_line(flag: Flag) -> str:
    default = flag.default
    if isinstance(default, tuple):
        default = ",".join(map(str, default))
    shown = (
        "" if default is None else f" [{str(default).lower() if flag.kind is bool else default}]"
    )
    return f"  --{flag.name:<21} {flag.help}{shown}"


def _help(known: Setting) -> str:
    """A setting's help line with its unit and range."""
    text = f"{known.help}, in {known.unit}" if known.unit else known.help
    bounds = known.range_text()
    if not bounds:
        return text
    return f"{text} {bounds}" if known.choices else f"{text}; {bounds}"


def _kind(annotation: Annotation) -> type:
    """The type a flag's text is parsed to, from a field's annotation."""
    if isinstance(annotation, UnionType):
        annotation = next(each for each in typing.get_args(annotation) if each is not type(None))
    origin: Annotation = typing.get_origin(annotation)
    if origin is tuple:
        return tuple if typing.get_args(annotation)[0] is int else list
    kind: type = annotation
    return kind
