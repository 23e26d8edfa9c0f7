"""Under which name, and with which options, a task was made: what its files say of it.

Kept beside the task and not in it, so that a plug-in's task needs no field for it.
"""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hadax.core.settings.annotations import Option, matches

if TYPE_CHECKING:
    from hadax.core.task import Task


@dataclass(frozen=True)
class Named:
    """How a task was made.

    Attributes:
      name: one of `hadax.tasks.names()` when it was.
      options: what the factory was given.
    """

    name: str
    options: Mapping[str, Option]


_named: dict[int, Named] = {}


def remember(task: "Task", name: str, options: Mapping[str, Option]) -> None:
    """Notes how a task was made, for as long as it lives; the last note counts.

    No note is taken of a task that cannot be watched, nor of options that no file could hold.
    """
    if not all(matches(value, Option) for value in options.values()):
        return
    if id(task) not in _named:
        try:
            weakref.finalize(task, _named.pop, id(task), None).atexit = False
        except TypeError:
            return
    _named[id(task)] = Named(name, dict(options))


def named(task: "Task") -> Named | None:
    """How a task was made; None for one that no name made, as for a changed copy."""
    return _named.get(id(task))


def remember_as(task: "Task", copy: "Task") -> None:
    """Notes of a copy what is known of its task: only its data are others."""
    if (made := named(task)) is not None:
        remember(copy, made.name, made.options)
