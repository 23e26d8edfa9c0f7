"""Tasks by name: built-in ones, and those of installed packages through entry points.

A package offers a task by an entry point in the group `hadax.tasks`, whose name is the task's id
and whose value is its factory:

    [project.entry-points."hadax.tasks"]
    "mylab/maze" = "mylab.maze:make"
"""

import contextlib
import difflib
import functools
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeAlias

from hadax.core.annotations import Option
from hadax.core.errors import ConfigError, UsageError
from hadax.tasks.config import TaskConfig
from hadax.tasks.declared import DeclaredFactory
from hadax.tasks.options import Factory, checked, parameters

if TYPE_CHECKING:
    from hadax.core.task import Task

ENTRY_POINT_GROUP = "hadax.tasks"

_Finder: TypeAlias = Callable[[], Factory]

_factories: dict[str, _Finder] = {}
_refused: dict[str, str] = {}


def register(name: str, factory: Factory | str, /, **fixed: Option) -> None:
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

    def find() -> Factory:
        found: Factory = pkgutil.resolve_name(factory) if isinstance(factory, str) else factory
        return functools.partial(found, **fixed) if fixed else found

    _factories[name] = find


def refuse(name: str, reason: str) -> None:
    """Makes a name known as one that cannot be a task, with the reason that `make` gives."""
    _refused[name] = reason


def names() -> tuple[str, ...]:
    """All known tasks, sorted."""
    return tuple(sorted({**_factories, **_installed()}))


def make(name: str, /, **options: Option) -> "Task":
    """The task of that name as a search sees it, with its training data.

    Args:
      name: one of `names()`.
      **options: the factory's keyword options; text is converted to what the factory declares.

    Raises:
      ConfigError: no such task (near matches are listed), no such option, or a value that the
        task refuses.
      UsageError: its data cannot be had.
    """
    return outline(name, **options).with_data("train")


def outline(name: str, /, **options: Option) -> "Task":
    """The task of that name without its data: shapes, names and preprocessing.

    What an artifact is loaded with. Tasks without files are whole.

    Args:
      name: one of `names()`.
      **options: as for `make`.

    Raises:
      ConfigError: as for `make`.
    """
    from hadax.core.task import check_task

    factory = _factory(name)
    try:
        with _imports(name):
            task = factory(**checked(name, factory, options))
    except ConfigError as error:
        if error.name != "task":
            raise
        # An environment knows itself by its library's name, not by the one that was asked for.
        raise ConfigError("task", name, error.expected) from error
    check_task(task, name)
    return task


def options_of(name: str) -> tuple[str, ...]:
    """The names of a task's options."""
    return tuple(parameters(_factory(name)))


def with_options(config: TaskConfig, options: Mapping[str, Option]) -> "tuple[TaskConfig, Task]":
    """A task made with some other options, without its data, and its config.

    Args:
      config: the task as it is.
      options: by name; the others stay.

    Raises:
      ConfigError: as for `make`.
    """
    changed = replace(config, options={**config.options, **options})
    return changed, outline(changed.task, **changed.options)


def is_known(name: str) -> bool:
    """Whether a task of that name can be made."""
    return name in _factories or name in _installed()


def check_known(name: str) -> None:
    """Refuses a name that is no task's; imports no task.

    Raises:
      ConfigError: says why, or lists near matches.
    """
    known = {**_factories, **_installed()}
    if name in _refused:
        raise ConfigError("task", name, _refused[name])
    if name not in known:
        raise ConfigError("task", name, _near(name, tuple(known)))


def checked_options(name: str, options: Mapping[str, Option]) -> dict[str, Option]:
    """The options, each as the task's factory wants it; text is converted.

    Args:
      name: one of `names()`.
      options: by name.

    Raises:
      ConfigError: no such option, or a value that the task refuses, as far as its factory tells
        before it makes anything.
    """
    return checked(name, _factory(name), options)


def local_options(name: str) -> tuple[str, ...]:
    """Options of a task that say where something is on this machine."""
    factory = _factory(name)
    return factory.local() if isinstance(factory, DeclaredFactory) else ()


def portable_options(name: str, options: Mapping[str, Option]) -> dict[str, Option]:
    """The options without those that say where something is on this machine.

    Args:
      name: the task's; all are portable where it is not known here.
      options: by name.
    """
    local = local_options(name) if is_known(name) else ()
    return {option: value for option, value in options.items() if option not in local}


def recorded_options(name: str, task: "Task", given: Mapping[str, Option]) -> dict[str, Option]:
    """The options that make a task anew anywhere, defaults included: what an artifact records.

    What the task says of itself counts most, then what was given, then the factory's defaults.

    Args:
      name: one of `names()`.
      task: made under that name.
      given: the options that it was made with.

    Raises:
      ConfigError: no such option, or a value of the wrong kind.
    """
    factory = _factory(name)
    known = parameters(factory)
    defaults = {option: each.default for option, each in known.items() if not each.required}
    told = {option: value for option, value in task.options.items() if option in known}
    options = {**defaults, **checked(name, factory, given), **told}
    return {option: options[option] for option in options if option not in task.local_options}


def _factory(name: str) -> Factory:
    """The factory of that name; else refuses it with the reason."""
    check_known(name)
    with _imports(name):
        return {**_factories, **_installed()}[name]()


def _installed() -> dict[str, _Finder]:
    """Tasks of installed packages; a name that is taken is refused, not shadowed."""
    found: dict[str, _Finder] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name in _factories or point.name in found:
            raise UsageError(
                f"task {point.name} is registered already; the installed {point.value} must use"
                " another name"
            )
        found[point.name] = point.load
    return found


@contextlib.contextmanager
def _imports(name: str) -> Iterator[None]:
    """Says in one line that a task's module, or one that it needs, cannot be imported."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = f"needs a package that is not installed ({error}); pip install 'hadax[all]'"
        raise ConfigError("task", name, missing) from error
    except ImportError as error:
        raise ConfigError("task", name, f"cannot be imported ({error})") from error


def _near(name: str, known: tuple[str, ...]) -> str:
    """What to say of an unknown name: the nearest known ones, or where all of them are listed."""
    by_folded = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3, cutoff=0.5)
    if near:
        return f"no such task; did you mean {', '.join(by_folded[match] for match in near)}?"
    return "no such task; hadax-distill --list_tasks lists all"
