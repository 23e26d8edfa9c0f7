"""What another kind of result has: asked for where it is not, it is told of with what is right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from hadax.core.errors import UsageError

OF_SEVERAL_TASKS = ("names", "parts", "for_task", "evaluate_tasks", "measure")
"""What a merged dataset alone has."""


class AbsentError(UsageError, AttributeError):
    """A method or attribute that results of another kind have; for `hasattr` it is not there."""


class TellsAbsent:
    """Base of what a search leaves.

    Attributes:
      _kind: what it is, in words.
      _absent: what to do instead, by the name of what results of other kinds alone have.
    """

    _kind: ClassVar[str]
    _absent: ClassVar[Mapping[str, str]] = {}

    # A type checker knows without it what is not there.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Tells of what is not there.

            Raises:
              AbsentError: another kind has it.
              AttributeError: none has it, in Python's words or a failed property's own.
            """
            if name in self._absent:
                raise AbsentError(f"{self._kind} has no {name}: {self._absent[name]}")
            return object.__getattribute__(self, name)
