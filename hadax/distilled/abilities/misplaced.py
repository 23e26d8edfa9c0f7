"""Settings that are given to a measurement or a fit, where they do not belong."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from hadax.core.errors import ConfigError
from hadax.core.settings.views import settings_in
from hadax.core.words.names import nearest
from hadax.learners.config import LearnerConfig

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def tells_misplaced(method: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """A method of what a search leaves; a keyword it has not is told of with where it belongs.

    The method raises ConfigError then, where Python's TypeError would say nothing of that.
    """
    takes = [name for name in inspect.signature(method).parameters if name != "self"]

    @wraps(method)
    def told(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        for name, value in kwargs.items():
            if name not in takes:
                expected = _belongs(args[0], method.__name__, takes, name, repr(value))
                raise ConfigError(name, value, expected)
        return method(*args, **kwargs)

    return told


def _belongs(owner: object, method: str, takes: Sequence[str], name: str, value: str) -> str:
    """What is said of a keyword that a method has not."""
    listed = f"{method} takes {', '.join(takes)}"
    options = getattr(getattr(owner, "task", None), "options", ())
    settings = [each for each, _, _ in settings_in(LearnerConfig)]
    for known, through in ((options, "with_task"), (settings, "with_learner")):
        if name in known and hasattr(owner, through):
            return f"{listed}; it is {through}({name}={value}).{method}(...) that does this"
    return f"{listed}{nearest(name, takes)}"
