"""Tasks by name: built-in ones, and those of installed packages through entry points.

A package offers a task by an entry point in the group `hadax.tasks`, whose name is the task's id
and whose value is its factory:

    [project.entry-points."hadax.tasks"]
    "mylab/maze" = "mylab.maze:make"
"""

import difflib
import functools
import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TypeAlias

from hadax.core.errors import ConfigError, UsageError, require

ENTRY_POINT_GROUP = "hadax.tasks"

Factory: TypeAlias = Callable[..., Any]
"""Keyword options to a Task."""

_factories: dict[str, Callable[[], Factory]] = {}


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

    known = {**_factories, **_installed()}
    if name not in known:
        raise ConfigError("task", name, _near(name, tuple(known)))
    try:
        factory = known[name]()
    except ImportError as error:
        missing = f"needs a package that is not installed ({error}); pip install 'hadax[all]'"
        raise ConfigError("task", name, missing) from error
    _check_options(name, factory, options)
    task = factory(**options)
    check_task(task, name)
    return task


def options_of(name: str) -> tuple[str, ...]:
    """The names of a task's options."""
    known = {**_factories, **_installed()}
    if name not in known:
        raise ConfigError("task", name, _near(name, tuple(known)))
    return _option_names(known[name]())


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
    for option, value in options.items():
        expected = f"task {name} has no such option; it has {', '.join(accepted) or 'none'}"
        require(option in accepted, option, value, expected)


def _option_names(factory: Factory) -> tuple[str, ...]:
    fixed = factory.keywords if isinstance(factory, functools.partial) else {}
    return tuple(name for name in inspect.signature(factory).parameters if name not in fixed)


def _near(name: str, known: tuple[str, ...]) -> str:
    """What to say of an unknown name: the nearest known ones, or else the families."""
    by_folded = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3, cutoff=0.5)
    if near:
        return f"no such task; did you mean {', '.join(by_folded[match] for match in near)}?"
    return f"no such task; there are {', '.join(sorted(known))}"
