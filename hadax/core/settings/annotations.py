"""Values from outside (files, flags) held against annotations."""

import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

Option: TypeAlias = (
    bool | int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None
)
"""A setting or an option: what fits on a command line and in an artifact's header."""

OPTION_IN_WORDS = "a number, text, true, false or none, or a tuple of numbers or of texts"
"""What an Option is, for messages."""

Annotation: TypeAlias = Any
"""A type as it stands behind a colon: a class, None, a union, a tuple or list of such."""

_TUPLES: tuple[Annotation, ...] = (tuple[int, ...], tuple[float, ...], tuple[str, ...])
_LISTS: tuple[Annotation, ...] = (tuple, list, Sequence)

_Made = TypeVar("_Made")


def matches(value: object, annotation: Annotation) -> bool:
    """Whether a value is what an annotation says.

    Args:
      value: anything.
      annotation: None, bool, int, float (which an int is too), str, dict, Mapping, or a union, a
        tuple, a list or a Sequence of them; whatever else is annotated is taken on trust. A tuple
        serves for the last two, since options hold no lists.
    """
    origin: Any = typing.get_origin(annotation)
    if _is_union(annotation):
        return any(matches(value, option) for option in typing.get_args(annotation))
    if _is_list(annotation):
        if not isinstance(value, tuple if tuple in (origin, annotation) else tuple | list):
            return False
        kinds = _entry_kinds(annotation, len(value))
        return len(kinds) == len(value) and all(map(matches, value, kinds))
    if annotation in (None, type(None)):
        return value is None
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if annotation in (bool, str, dict) or origin in (dict, Mapping):
        return isinstance(value, origin or annotation)
    return True


def as_annotated(value: Any, annotation: Annotation) -> Any:
    """A value that matches an annotation, whole numbers being floats where only floats are meant.

    Args:
      value: what `matches` says yes to.
      annotation: as there.
    """
    if isinstance(value, tuple) and _is_list(annotation):
        return tuple(map(as_annotated, value, _entry_kinds(annotation, len(value))))
    kinds = typing.get_args(annotation) or (annotation,)
    whole = isinstance(value, int) and not isinstance(value, bool)
    holds = whole and abs(value) <= sys.float_info.max
    return float(value) if holds and float in kinds and int not in kinds else value


def annotations_of(function: Callable[..., Any]) -> dict[str, Annotation]:
    """A function's annotations by name; none where they name what is not there at run time."""
    function = function.func if isinstance(function, functools.partial) else function
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}


def kind_shown(default: object) -> Annotation:
    """What a parameter's default shows of its values; Any where it shows nothing.

    Args:
      default: None, or `inspect.Parameter.empty` of a parameter without one, show nothing.
    """
    if default is None or default is inspect.Parameter.empty:
        return Any
    entries = default if isinstance(default, tuple) else ()
    return next((kind for kind in _TUPLES if entries and matches(entries, kind)), type(default))


def from_text(text: str, annotation: Annotation) -> Option:
    """The value that a text stands for under an annotation; the text itself where it is none.

    Text stays text where the annotation has room for it. Without any annotation a text that reads
    as a truth value, none or a number is one.

    Args:
      text: as it stands on a command line; a tuple's entries have commas between them.
      annotation: bool, int, float, str, None, a tuple or list of them, or a union; Any for none. A
        tuple that does not say of what is one of numbers if it can be, or else of texts.
    """
    if matches(text, annotation) and annotation is not Any:
        return text
    for kind in (bool, None, int, float):
        value = _parse(text, kind)
        if value is not text and matches(value, annotation):
            return value
    options = typing.get_args(annotation) if _is_union(annotation) else (annotation,)
    for option in filter(_is_list, options):
        for kind in _TUPLES if _is_bare(option) else (option,):
            values = _parse_list(text, kind)
            if values is not text:
                return values
    return text


def _is_union(annotation: Annotation) -> bool:
    origin: Any = typing.get_origin(annotation)
    return origin in (types.UnionType, typing.Union)


def _is_list(annotation: Annotation) -> bool:
    origin: Any = typing.get_origin(annotation)
    return annotation in _LISTS or origin in _LISTS


def _is_bare(annotation: Annotation) -> bool:
    """Whether a tuple or list does not say of what it is; the empty tuple says so."""
    return not typing.get_args(annotation) and annotation != tuple[()]


def _entry_kinds(annotation: Annotation, entries: int) -> tuple[Annotation, ...]:
    """What each of so many entries is; of another length where there must be another number."""
    if _is_bare(annotation):
        return (Any,) * entries
    kinds = typing.get_args(annotation)
    return kinds[:1] * entries if _entries_alike(annotation) else kinds


def _entries_alike(annotation: Annotation) -> bool:
    """Whether entries are of one kind and any number, as a tuple says by an ellipsis."""
    origin: Any = typing.get_origin(annotation)
    return origin is not tuple or typing.get_args(annotation)[1:] == (...,)


def _parse_list(text: str, annotation: Annotation) -> Any:
    """The text's entries as a tuple; the text itself where that is not what is annotated."""
    words = text.split(",") if text else []
    kinds = _entry_kinds(annotation, len(words))
    if len(kinds) != len(words):
        return text
    values = tuple(map(from_text, words, kinds))
    return values if matches(values, annotation) else text


def _parse(text: str, kind: type | None) -> Option:
    """The text as that kind; the very same text where it is none of it."""
    words: dict[str, Option] = {"true": True, "false": False} if kind is bool else {"none": None}
    if kind in (bool, None):
        return words.get(text.lower(), text)
    try:
        return int(text) if kind is int else float(text)
    except ValueError:
        return text


def describe(annotation: Annotation) -> str:
    """An annotation in words."""
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    if _is_list(annotation):
        return _describe_list(annotation)
    if _is_union(annotation):
        return " or ".join(describe(option) for option in typing.get_args(annotation))
    if annotation in (None, type(None)):
        return "none"
    return words.get(annotation, str(annotation))


def _describe_list(annotation: Annotation) -> str:
    if _is_bare(annotation):
        return "a list"
    if _entries_alike(annotation):
        return f"a list of which each is {describe(typing.get_args(annotation)[0])}"
    kinds = " and ".join(map(describe, typing.get_args(annotation)))
    return f"a list of {kinds}" if kinds else "an empty list"


def construct(kind: type[_Made], values: Mapping[str, Any]) -> _Made:
    """A dataclass from values by name, each held against its field's annotation.

    Args:
      kind: the dataclass.
      values: its fields' values by name; those that have a default may be missing.

    Raises:
      TypeError: a value of the wrong kind, a missing or an unexpected one; says which.
    """
    hints = typing.get_type_hints(kind)
    for name, value in values.items():
        if name in hints and not matches(value, hints[name]):
            raise TypeError(f"{name} is {value!r}, not {describe(hints[name])}")
    return kind(**values)
