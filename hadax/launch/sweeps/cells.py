"""The searches of a sweep: a grid of settings, a list of them, or a grid on each of a list."""

import hashlib
import itertools
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from hadax import tasks
from hadax.core.errors import MOST_ENTRIES, ConfigError, require
from hadax.core.settings.fields import Value
from hadax.core.settings.views import require_single
from hadax.core.words.names import pairs_of, spelled
from hadax.launch.search.command_line import command_of
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.resolve import Resolved, resolve

Settings: TypeAlias = Mapping[str, Value | Mapping[str, Value]]
"""A search's settings by name, its preset among them."""

Axes: TypeAlias = Mapping[str, Sequence[Value]]
"""Settings that a grid varies, each with its values."""

_LONGEST_NAME = 120
# Empty they say nothing; an empty setting, as no logs, is another than its default.
_OPTIONS = frozenset(("task_option", "learner_option"))


@dataclass(frozen=True)
class Cell:
    """One search of a sweep.

    Attributes:
      name: its folder's.
      varied: the settings in which it differs from others, their values.
      resolved: the search.
      arguments: what its command would be given, but for the folder.
    """

    name: str
    varied: Mapping[str, Value]
    resolved: Resolved
    arguments: tuple[str, ...]


def cells(
    verb: str, fixed: Settings, axes: Axes, listed: Sequence[Settings] = (), source: str = "list"
) -> tuple[Cell, ...]:
    """All searches of a sweep; every one is checked, so that none is refused when others ran.

    Args:
      verb: DISTILL or NEUROEVOLVE.
      fixed: settings of all.
      axes: settings whose values make the grid.
      listed: settings of some, each of which gets the whole grid; none for the grid alone.
      source: what the list was read from, as a refusal names it.

    Raises:
      ConfigError: an axis without values, a setting given twice, any that a search refuses, or a
        search that two cells would run.
    """
    for name, values in axes.items():
        require(len(values) > 0, name, "", "needs a value")
        for each in values:
            require_single(name, each)
        for place, each in enumerate(values):
            require(each not in values[:place], name, spelled(each), "is given twice")
    rows = listed or ({},)
    for row in rows:
        for name, value in row.items():
            alone = name not in axes and name not in fixed
            require(alone, name, value, "is given for all cells, and for one of the list")
            require_single(name, value)
    count = len(rows) * _product(axes)
    require(count <= MOST_ENTRIES, "cells", count, f"must be at most {MOST_ENTRIES}")
    grid = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    made = [{**row, **point} for row in rows for point in grid]
    differing = _differing(made)
    found = tuple(_cell(verb, {**fixed, **each}, each, differing) for each in made)
    _refuse_same(found, len(grid), source)
    return found


def command_line(settings: Settings) -> tuple[str, ...]:
    """Settings as a command's arguments; what is None is left to it, as are options of none."""
    words = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            value = pairs_of(value)
        if value is not None and not (value == () and name in _OPTIONS):
            words.append(f"--{name}={spelled(value)}")
    return tuple(words)


def named(full: str) -> str:
    """A folder's name that says this; a long one, or one of odd signs, ends in a digest."""
    plain = re.sub(r"[^\w.=,+-]", "-", full)
    if plain == full and len(full) <= _LONGEST_NAME:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:8]
    return f"{plain[:_LONGEST_NAME]}-{digest}"


def _refuse_same(found: Sequence[Cell], grid: int, source: str) -> None:
    """Refuses cells that are one search, and restarts that begin searches of another cell too.

    Args:
      found: the cells, row by row.
      grid: how many cells each row of the list has.
      source: what the list was read from.

    Raises:
      ConfigError: of the setting in which two cells differ, of "each", or of "seed".
    """
    names, seeds = dict[str, int](), dict[SearchConfig, dict[int, int]]()
    for place, cell in enumerate(found):
        config = cell.resolved.config
        alike = seeds.setdefault(replace(config, seed=0), {})
        earlier = names.get(cell.name, alike.get(config.seed))
        if earlier is not None:
            rows = earlier // grid + 1, place // grid + 1
            raise _same(found[earlier], cell, rows, source)
        names[cell.name] = alike[config.seed] = place
    for config, several in seeds.items():
        restarts, ordered = config.restarts.restarts, sorted(several)
        apart = all(later - seed >= restarts for seed, later in itertools.pairwise(ordered))
        right = spelled([ordered[0] + restarts * place for place in range(3)])
        expected = f"with {restarts} restarts seeds must lie {restarts} apart, as {right}"
        require(apart, "seed", spelled(ordered), expected)


def _same(one: Cell, other: Cell, rows: tuple[int, int], source: str) -> ConfigError:
    """What is told of two cells that are one search, from these `rows` of the list, from 1."""
    both = one.name if one.name == other.name else f"{one.name} and {other.name}"
    if rows[0] != rows[1]:
        told = f"rows {rows[0]} and {rows[1]} are the same search (cells {both})"
        return ConfigError("each", source, f"{told}; leave one out")
    differing = [name for name in one.varied if one.varied[name] != other.varied[name]]
    # Values of two kinds may be spelled alike.
    axis = (differing or list(one.varied))[0]
    values = spelled((one.varied[axis], other.varied[axis]))
    return ConfigError(axis, values, f"{both} are the same search; leave one out")


def _cell(verb: str, settings: Settings, own: Settings, differing: Sequence[str]) -> Cell:
    preset = str(settings.get("preset", "auto"))
    given = {name: value for name, value in settings.items() if name != "preset"}
    varied = {name: _shown(own[name]) for name in differing if name in own}
    found = resolve(verb, given, preset)
    typed = {name: value for name, value in given.items() if value is not None}
    if typed == given or resolve(verb, typed, preset).config == found.config:
        arguments = command_line(settings)
    else:
        # None is no word of a command's, and leaving it out is the preset's value.
        arguments = _in_full(found)
    return Cell(_name(varied), varied, found, arguments)


def _in_full(resolved: Resolved) -> tuple[str, ...]:
    """Arguments that name every setting, and where things are on this machine."""
    task = resolved.config.task
    portable = tasks.portable_options(task.task, task.options)
    local = {name: value for name, value in task.options.items() if name not in portable}
    return *shlex.split(command_of(resolved.config))[1:], *command_line(local)


def _differing(made: Sequence[Settings]) -> list[str]:
    """The settings that are not the same in all, in the order in which they come; the seed last."""
    names = list(dict.fromkeys(name for settings in made for name in settings))
    differing = [
        name for name in names if any(each.get(name) != made[0].get(name) for each in made)
    ]
    return sorted(differing, key=lambda name: name == "seed")


def _name(varied: Mapping[str, Value]) -> str:
    return named(",".join(pairs_of(varied)) or "only")


def _shown(value: Value | Mapping[str, Value]) -> Value:
    return ",".join(pairs_of(value)) if isinstance(value, Mapping) else value


def _product(axes: Axes) -> int:
    count = 1
    for values in axes.values():
        count *= len(values)
    return count
