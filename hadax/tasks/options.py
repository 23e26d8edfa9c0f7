"""A task's options: the keyword parameters of its factory, by name, kind and default."""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from hadax.core.errors import require
from hadax.core.settings.annotations import (
    Option,
    annotations_of,
    as_annotated,
    describe,
    from_text,
    kind_shown,
    matches,
)
from hadax.core.settings.views import as_setting
from hadax.tasks.declared import DeclaredFactory

if TYPE_CHECKING:
    from hadax.core.task import Task

Factory: TypeAlias = Callable[..., "Task"]
"""Keyword options to a Task."""


@dataclass(frozen=True)
class Parameter:
    """One option.

    Attributes:
      annotation: what its values are, as the factory declares it or its default shows; Any where
        neither says.
      default: what it is when it is left out, if it can be.
      required: whether it must be given.
    """

    annotation: Any
    default: Option
    required: bool


def parameters(factory: Factory) -> dict[str, Parameter]:
    """The options of a factory by name, without those that are fixed for it."""
    if isinstance(factory, DeclaredFactory):
        kinds = factory.annotations()
        return {
            each.name: Parameter(kinds[each.name], typing.cast(Option, each.default), False)
            for each in factory.fields()
        }
    fixed = factory.keywords if isinstance(factory, functools.partial) else {}
    hints = annotations_of(factory)
    return {
        name: _parameter(parameter, hints.get(name, Any))
        for name, parameter in inspect.signature(factory).parameters.items()
        if name not in fixed and parameter.kind in _NAMED
    }


def with_fixed(task: str, factory: Factory, fixed: Mapping[str, Option]) -> Factory:
    """The factory with some options that it is always given.

    Args:
      task: the task's name, for messages.
      factory: gives the parameters.
      fixed: options by name.

    Raises:
      ConfigError: no such option.
    """
    if not fixed:
        return factory
    known = parameters(factory)
    kinds = {each.kind for each in inspect.signature(factory).parameters.values()}
    expected = f"task {task} is registered with it, but has {', '.join(known) or 'no options'}"
    for name, value in fixed.items():
        taken = name in known or inspect.Parameter.VAR_KEYWORD in kinds
        require(taken, name, value, expected)
    return functools.partial(factory, **fixed)


def checked(task: str, factory: Factory, given: Mapping[str, Option]) -> dict[str, Option]:
    """The options that are given, each as its parameter wants it; text is converted.

    Args:
      task: the task's name, for messages.
      factory: gives the parameters.
      given: options by name.

    Raises:
      ConfigError: no such option, a value of the wrong kind, or a required one left out.
    """
    known = parameters(factory)
    expected = f"task {task} has no such option; it has {', '.join(known) or 'none'}"
    for name, value in given.items():
        require(name in known, name, value, expected)
    for name, parameter in known.items():
        given_or_not = name in given or not parameter.required
        require(given_or_not, name, None, f"task {task} must be given it")
    converted = {name: _converted(name, value, known[name]) for name, value in given.items()}
    if isinstance(factory, DeclaredFactory):
        factory.check(converted)
    return converted


def _converted(name: str, value: Option, parameter: Parameter) -> Option:
    wanted = parameter.annotation
    converted = from_text(value, wanted) if isinstance(value, str) else value
    if not matches(converted, wanted):
        converted = as_setting(converted)
    require(matches(converted, wanted), name, value, f"must be {describe(wanted)}")
    widened: Option = as_annotated(converted, wanted)
    return widened


_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def _parameter(found: inspect.Parameter, annotation: Any) -> Parameter:
    required = found.default is inspect.Parameter.empty
    default = None if required else found.default
    kind = kind_shown(found.default) if annotation is Any else annotation
    return Parameter(kind, default, required)
