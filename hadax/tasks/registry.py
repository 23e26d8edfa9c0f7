"""Tasks by name: built-in ones, and those of installed packages through entry points.

A package offers a task by an entry point in the group `hadax.tasks`, whose name is the task's id
and whose value is its factory:

    [project.entry-points."hadax.tasks"]
    "mylab/maze" = "mylab.maze:make"
"""

import contextlib
import functools
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from hadax.core.entry_points import offered, offered_names, own_code, require_new_name
from hadax.core.errors import ConfigError, UsageError, failure, require
from hadax.core.settings.annotations import Option
from hadax.core.words.names import nearest
from hadax.tasks.naming import remember, remember_as
from hadax.tasks.options import Factory, checked, with_fixed

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from hadax.core.task import Task

ENTRY_POINT_GROUP = "hadax.tasks"

_Finder: TypeAlias = Callable[[], Factory]

_factories: dict[str, _Finder] = {}
_own: set[str] = set()
_refused: dict[str, str] = {}


def register(name: str, factory: Factory | str, /, **fixed: Option) -> None:
    """Makes a task known by name.

    Args:
      name: the task's id, "family/Name" by custom.
      factory: a function of keyword options to a Task, or where to import it from when it is
        first asked for, as "package.module:function".
      **fixed: options that this name always passes.

    Raises:
      UsageError: the name is taken or no text, or the factory is neither a function nor a place.
      ConfigError: a fixed option that the factory has not; of a place, when it is asked for.

    Examples:
      >>> import hadax
      >>> factory = "hadax.tasks.supervised.linear_regression:make"
      >>> hadax.register("mine/regression", factory, batch=8)
      >>> hadax.make("mine/regression").batch
      8
    """
    require_new_name("task", name, names())
    if not (":" in factory if isinstance(factory, str) else callable(factory)):
        expected = "must be a function, or say where it is, as package.module:function"
        raise UsageError(f"task {name}: its factory {expected}")
    if not isinstance(factory, str):
        factory = with_fixed(name, factory, fixed)
    _factories[name] = functools.partial(_found, name, factory, fixed)


def bring(name: str, factory: Factory | str) -> None:
    """As `register`, for hadax's own, which must be there whatever packages are installed.

    Args:
      name: the task's id.
      factory: as for `register`.
    """
    _factories[name] = functools.partial(_found, name, factory, {})
    _own.add(name)


def refuse(name: str, reason: str) -> None:
    """Makes a name known as one that cannot be a task, with the reason that `make` gives."""
    _refused[name] = reason


def names() -> tuple[str, ...]:
    """All known tasks, sorted."""
    return tuple(sorted({*_factories, *offered_names(ENTRY_POINT_GROUP)}))


def make(name: str, /, **options: Option) -> "Task":
    """The task of that name as a search sees it, with its training data.

    Args:
      name: one of `names()`.
      **options: the factory's keyword options; text is converted to what the factory declares.

    Raises:
      ConfigError: no such task (near matches are listed), no such option, a value that the
        task refuses, or a factory that fails, whose error is the cause.
      UsageError: its data cannot be had.

    Examples:
      >>> import hadax
      >>> hadax.make("analytic/linear_regression", batch=16).input_shape
      (3,)
    """
    outlined = outline(name, **options)
    with own_code("task", name, "with_data"):
        task = outlined.with_data("train")
    remember_as(outlined, task)
    return task


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

    factory = factory_of(name)
    try:
        with _imports(name):
            given = checked(name, factory, options)
            with own_code("task", name, "factory"):
                task = factory(**given)
    except ConfigError as error:
        if error.name != "task":
            raise
        # An environment knows itself by its library's name, not by the one that was asked for.
        raise ConfigError("task", name, error.expected) from error
    check_task(task, name)
    remember(task, name, given)
    return task


def is_known(name: str) -> bool:
    """Whether there is a task of that name, be it one that two packages dispute."""
    return name in _factories or name in offered_names(ENTRY_POINT_GROUP)


def is_of_process(name: str) -> bool:
    """Whether this process registered the task, so that no other one knows it."""
    return name in _factories and name not in _own


def check_known(name: str) -> None:
    """Refuses a name that is no task's; imports no task.

    Raises:
      ConfigError: says why, or lists near matches.
      UsageError: an installed package offers it that must not.
    """
    if not isinstance(name, str):
        raise ConfigError("task", name, "must be a task's name; hadax.tasks.names() lists all")
    if name in _refused:
        raise ConfigError("task", name, _refused[name])
    if not (_installed(name) or name in _factories):
        near = nearest(name, names()) or "; hadax.tasks.names() lists all"
        raise ConfigError("task", name, f"no such task{near}")


def factory_of(name: str) -> Factory:
    """The factory of that name; imported where it is named by its place.

    Raises:
      ConfigError: no such task, a package that is missing, or no function where it should be.
      UsageError: an installed package offers it that must not.
    """
    check_known(name)
    try:
        with _imports(name):
            point = _installed(name)
            found = point.load() if point else _factories[name]()
    except UsageError:
        raise
    except Exception as error:
        raise ConfigError("task", name, f"cannot be imported ({failure(error)})") from error
    require(callable(found), "task", name, "its factory is no function")
    return found


def _found(name: str, factory: Factory | str, fixed: Mapping[str, Option]) -> Factory:
    """A factory that was registered; one that is named by its place is imported."""
    if not isinstance(factory, str):
        return factory
    found: Factory = pkgutil.resolve_name(factory)
    return with_fixed(name, found, fixed)


def _installed(name: str) -> "EntryPoint | None":
    """An installed package's task of that name, if there is one."""
    return offered(ENTRY_POINT_GROUP, "task", name, _factories)


@contextlib.contextmanager
def _imports(name: str) -> Iterator[None]:
    """Says in one line that a task's module, or one that it needs, cannot be imported."""
    try:
        yield
    except ModuleNotFoundError as error:
        # What a plug-in needs is in none of hadax's extras.
        hint = "; pip install 'hadax[all]'" if name in _own else ""
        missing = f"needs a package that is not installed ({error}){hint}"
        raise ConfigError("task", name, missing) from error
    except ImportError as error:
        raise ConfigError("task", name, f"cannot be imported ({error})") from error
