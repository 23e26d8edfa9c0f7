"""Factories whose options are a config class: known, and checked, before anything is imported."""

import dataclasses
import pkgutil
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hadax.core.settings.annotations import Option
from hadax.core.settings.fields import Field, setting_of

if TYPE_CHECKING:
    from hadax.core.task import Task


@dataclass(frozen=True)
class DeclaredFactory:
    """A task's factory; called with options, it makes the task.

    Attributes:
      maker: where the function is, as "package.module:function": the options as one config, and
        what is fixed, to a Task.
      options: makes and checks that config, from what is fixed and from options by name.
      config: its class.
      fixed: what this task's name decides: its environment, or its source.
    """

    maker: str
    options: Callable[..., Any]
    config: type
    fixed: Mapping[str, str]

    def __call__(self, **options: Option) -> "Task":
        """The task with these options."""
        made: Task = pkgutil.resolve_name(self.maker)(self.check(options), **self.fixed)
        return made

    def check(self, options: Mapping[str, Option]) -> Any:
        """The options as their config.

        Raises:
          ConfigError: a value outside its range.
        """
        return self.options(**self.fixed, **options)

    def annotations(self) -> dict[str, Any]:
        """The type of each option."""
        hints = typing.get_type_hints(self.config)
        return {each.name: hints[each.name] for each in self.fields()}

    def fields(self) -> tuple[Field, ...]:
        """The fields of the config that declares the options."""
        return dataclasses.fields(self.config)

    def local(self) -> tuple[str, ...]:
        """Options that say where something is on this machine."""
        return local_settings(self.config)


def local_settings(config: type) -> tuple[str, ...]:
    """Settings of a config class that say where something is on this machine."""
    known = {each.name: setting_of(each) for each in dataclasses.fields(config)}
    return tuple(name for name, found in known.items() if found is not None and found.local)
