"""Tasks by name: built-in ones, and those of installed packages through entry points.

A package offers a task by an entry point in the group `hadax.tasks`, whose name is the task's id
and whose value is its factory:

    [project.entry-points."hadax.tasks"]
    "mylab/maze" = "mylab.maze:make"
"""

import difflib
import functools
import inspect
import typing
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeAlias

from hadax.core.annotations import describe, matches
from hadax.core.errors import ConfigError, UsageError, require

ENTRY_POINT_GROUP = "hadax.tasks"

Factory: TypeAlias = Callable[..., Any]
"""Keyword options to a Task."""

_factories: dict[str, Callable[[], Factory]] = {}
_refused: dict[str, str] = {}


def register(name: str, factory: Factory | str, **fixed: Any) -> None:
    """Makes a task known by name.

    Args:
      name: the task's id, "family/Name" by custom.
      factory: a function of keyword options to a Task, or where to import it from when it is
        first asked for, as "package.module:function".
      **fixed: options that this name always passes.

    Raises:
      UsageError: the name is taken.
    """
    if name in _factories:
        raise UsageError(f"task {name} is registered already; choose another name")
    _factories[name] = lambda: functools.partial(_resolve(factory), **fixed)


def refuse(name: str, reason: str) -> None:
    """Makes a name known as one that cannot be a task, with the reason that `make` gives."""
    _refused[name] = reason


def names() -> tuple[str, ...]:
    """All known tasks, sorted."""
    return tuple(sorted({**_factories, **_installed()}))


def make(name: str, **options: Any) -> Any:
    """The task of that name.

    Args:
      name: one of `names()`.
      **options: the factory's keyword options.

    Raises:
      ConfigError: no such task (near matches are listed), no such option, or a value that the
        task refuses.
    """
    from hadax.core.task import check_task

    known = _known(name)
    try:
        factory = known[name]()
        _check_options(name, factory, options)
        task = factory(**options)
    except ImportError as error:
        missing = f"needs a package that is not installed ({error}); pip install 'hadax[all]'"
        raise ConfigError("task", name, missing) from error
    check_task(task, name)
    return task


def options_of(name: str) -> tuple[str, ...]:
    """The names of a task's options."""
    return _option_names(_known(name)[name]())


def _known(name: str) -> dict[str, Callable[[], Factory]]:
    """All known tasks, among them the one of that name; else refuses it with the reason."""
    known = {**_factories, **_installed()}
    if name in _refused:
        raise ConfigError("task", name, _refused[name])
    if name not in known:
        raise ConfigError("task", name, _near(name, tuple(known)))
    return known


def _installed() -> dict[str, Callable[[], Factory]]:
    """Tasks of installed packages; a name that is taken is refused, not shadowed."""
    found: dict[str, Callable[[], Factory]] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name in _factories or point.name in found:
            raise UsageError(
                f"task {point.name} is registered already; the installed {point.value} must use"
                " another name"
            )
        found[point.name] = point.load
    return found


def _resolve(factory: Factory | str) -> Factory:
    if not isinstance(factory, str):
        return factory
    module, _, attribute = factory.partition(":")
    resolved: Factory = getattr(import_module(module), attribute)
    return resolved


def _check_options(name: str, factory: Factory, options: dict[str, Any]) -> None:
    accepted = _option_names(factory)
    function = factory.func if isinstance(factory, functools.partial) else factory
    hints = typing.get_type_hints(function)
    for option, value in options.items():
        expected = f"task {name} has no such option; it has {', '.join(accepted) or 'none'}"
        require(option in accepted, option, value, expected)
        wanted = hints.get(option, Any)
        require(matches(value, wanted), option, value, f"must be {describe(wanted)}")


def _option_names(factory: Factory) -> tuple[str, ...]:
    fixed = factory.keywords if isinstance(factory, functools.partial) else {}
    return tuple(name for name in inspect.signature(factory).parameters if name not in fixed)


def _near(name: str, known: tuple[str, ...]) -> str:
    """What to say of an unknown name: the nearest known ones, or where all of them are listed."""
    by_folded = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3, cutoff=0.5)
    if near:
        return f"no such task; did you mean {', '.join(by_folded[match] for match in near)}?"
    return "no such task; hadax-distill --list_tasks lists all"
