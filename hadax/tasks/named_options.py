"""The options of tasks by the tasks' names: which there are, what they may be, what is recorded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hadax.core.errors import UsageError, require
from hadax.core.settings.annotations import OPTION_IN_WORDS, Option, matches
from hadax.core.settings.views import as_setting
from hadax.tasks.config import TaskConfig
from hadax.tasks.declared import DeclaredFactory
from hadax.tasks.naming import named
from hadax.tasks.options import checked, parameters
from hadax.tasks.registry import factory_of, is_known, outline

if TYPE_CHECKING:
    from hadax.core.task import Task


def options_of(name: str) -> tuple[str, ...]:
    """The names of a task's options."""
    return tuple(parameters(factory_of(name)))


def default_options(name: str) -> dict[str, Option]:
    """What a task's options are where none are given, as a file has them.

    Those that must be given are left out, and those that no file could hold: they are what the
    factory has wherever it is.
    """
    known = parameters(factory_of(name))
    defaults = {key: as_setting(each.default) for key, each in known.items() if not each.required}
    return {option: value for option, value in defaults.items() if matches(value, Option)}


def with_options(config: TaskConfig, options: Mapping[str, Option]) -> "tuple[TaskConfig, Task]":
    """A task made with some other options, without its data, and what an artifact records of it.

    Args:
      config: the task as it is.
      options: by name; the others stay.

    Raises:
      ConfigError: as for `make`.
    """
    given = {**config.options, **options}
    task = outline(config.task, **given)
    return replace(config, options=recorded_options(config.task, task, given)), task


def config_of(task: "Task") -> TaskConfig | None:
    """What an artifact records of a task; None for one that no name known here makes."""
    made = named(task)
    if made is None or not is_known(made.name):
        return None
    return TaskConfig(made.name, recorded_options(made.name, task, made.options))


def makes_same(one: TaskConfig, other: TaskConfig) -> bool:
    """Whether what two artifacts record makes the same task.

    An earlier release recorded fewer options: those that are left out are as the factory has them.

    Args:
      one, other: each as an artifact has it.
    """
    if one.task != other.task:
        return False
    if one.options == other.options:
        return True
    try:
        completed = [with_options(each, {})[0].options for each in (one, other)]
    except UsageError:
        return False
    return completed[0] == completed[1]


def checked_options(name: str, options: Mapping[str, Option]) -> dict[str, Option]:
    """The options, each as the task's factory wants it; text is converted.

    Args:
      name: one of `names()`.
      options: by name.

    Raises:
      ConfigError: no such option, or a value that no file could hold, or that the task refuses, as
        far as its factory tells before it makes anything.
    """
    _require_recordable(options)
    return checked(name, factory_of(name), options)


def local_options(name: str) -> tuple[str, ...]:
    """Options of a task that say where something is on this machine; none where it is not known."""
    if not is_known(name):
        return ()
    factory = factory_of(name)
    return factory.local() if isinstance(factory, DeclaredFactory) else ()


def portable_options(name: str, options: Mapping[str, Option]) -> dict[str, Option]:
    """The options without those that say where something is on this machine.

    Args:
      name: the task's; all are portable where it is not known here.
      options: by name.
    """
    local = local_options(name)
    return {option: value for option, value in options.items() if option not in local}


def recorded_options(name: str, task: "Task", given: Mapping[str, Option]) -> dict[str, Option]:
    """The options that make a task anew anywhere, defaults included: what an artifact records.

    What the task says of itself counts most, then what was given, then the factory's defaults.

    Args:
      name: one of `names()`.
      task: made under that name.
      given: the options that it was made with.

    Raises:
      ConfigError: no such option, or a value of the wrong kind, or that no file could hold.
    """
    factory = factory_of(name)
    known = parameters(factory)
    told = {option: value for option, value in task.options.items() if option in known}
    own = {key: as_setting(each) for key, each in {**checked(name, factory, given), **told}.items()}
    _require_recordable(own)
    options = {**default_options(name), **own}
    return {option: options[option] for option in options if option not in task.local_options}


def _require_recordable(options: Mapping[str, object]) -> None:
    """Refuses a value that no artifact could hold: the search would end before it is noticed."""
    for name, value in options.items():
        require(matches(value, Option), name, value, f"must be {OPTION_IN_WORDS}")
