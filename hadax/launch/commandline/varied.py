"""A search's flags with several values each: what a sweep's command line is made of."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hadax.core.errors import UsageError, reason
from hadax.core.settings.fields import Value
from hadax.core.storage.files import ending_of
from hadax.core.words.names import nearest
from hadax.launch.commandline.flags import Flag, Group
from hadax.launch.commandline.groups import NO_SETTINGS
from hadax.launch.commandline.parsing import FlagError, parse

_NOT_VARIED = frozenset(NO_SETTINGS) - {"preset"}


def varied_groups(groups: Sequence[Group], taken: Sequence[str] = ()) -> tuple[Group, ...]:
    """A search's flags as texts, so that each may have several values.

    Args:
      groups: the search's.
      taken: names of flags that mean something else here.
    """
    return tuple(
        Group(group.title, kept)
        for group in groups
        if (kept := tuple(map(_as_text, _kept(group, taken))))
    )


def values_of(groups: Sequence[Group], given: Mapping[str, Value]) -> dict[str, tuple[Value, ...]]:
    """Each given flag's values, as the search's own command line would read them.

    Values are separated by commas; those of flags that are lists themselves by semicolons. Blanks
    around them do not count.

    Args:
      groups: the search's.
      given: texts by their flag's name.

    Raises:
      FlagError: a value that the search's flag does not take.
    """
    flags = {flag.name: flag for group in groups for flag in group.flags}
    unknown = next((name for name in given if name not in flags), None)
    if unknown is not None:
        raise FlagError(f"--{unknown}: this search has no such flag{nearest(unknown, flags)}")
    return {
        name: tuple(_value(flags[name], word) for word in _words(flags[name], str(text)))
        for name, text in given.items()
    }


def read_list(groups: Sequence[Group], path: Path) -> list[dict[str, Value]]:
    """Settings of several searches from a file.

    Args:
      groups: the search's flags.
      path: JSON, a list of objects; or CSV whose columns are flags, empty where a row leaves one
        out; blanks around its values do not count.

    Raises:
      UsageError: no such file, or not of that kind; names it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = json.loads(text) if ending_of(path) == ".json" else _table(text)
    except OSError as error:
        raise UsageError(reason(error)) from error
    except (ValueError, RecursionError, csv.Error) as error:
        raise UsageError(f"{path}: {reason(error)}") from error
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise UsageError(f"{path}: must be a list of objects, or a table with a header")
    return [_row(groups, path, row) for row in rows]


def _table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file, by the names in its first line.

    Raises:
      ValueError: a name that is there twice, or a row with more values than there are names.
    """
    lines = csv.DictReader(text.split("\n"), skipinitialspace=True)
    names = [name.strip() for name in lines.fieldnames or ()]
    lines.fieldnames = names
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"{name}: is two columns")
    rows = list(lines)
    for row in rows:
        if None in row:
            raise ValueError("a row has more values than the header has names")
    return [{name: (value or "").strip() for name, value in row.items()} for row in rows]


def _row(groups: Sequence[Group], path: Path, row: Mapping[str, Any]) -> dict[str, Value]:
    flags = {flag.name: flag for group in groups for flag in _kept(group, ())}
    found: dict[str, Value] = {}
    for name, value in row.items():
        if name not in flags:
            raise UsageError(f"{path}: {name}: no such flag of the search{nearest(name, flags)}")
        if isinstance(value, str) and value:
            try:
                found[name] = _value(flags[name], value)
            except FlagError as error:
                raise UsageError(f"{path}: {error}") from error
        elif value not in ("", None):
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def _kept(group: Group, taken: Sequence[str]) -> list[Flag]:
    return [flag for flag in group.flags if flag.name not in {*_NOT_VARIED, *taken}]


def _as_text(flag: Flag) -> Flag:
    # Several values, or one that is a list, going on: a second flag could be either.
    return replace(flag, kind=str, default=None, automatic=False, once=True)


def _words(flag: Flag, text: str) -> list[str]:
    words = text.split(";" if flag.kind in (list, tuple) else ",")
    return [word.strip() for word in words]


def _value(flag: Flag, text: str) -> Value:
    """What a search's flag makes of one text."""
    return parse((Group("", (flag,)),), [f"--{flag.name}={text}"]).given[flag.name]
