"""Keywords given where they do not belong: to a measurement, a fit, or the reading of a file."""

import inspect
import typing
from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from hadax.core.errors import ConfigError
from hadax.core.settings.views import settings_in
from hadax.core.words.names import nearest
from hadax.learners.config import LearnerConfig
from hadax.tasks.flagged import OPTION_FIELDS

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def tells_misplaced(method: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """A method of what a search leaves; a keyword it has not is told of with where it belongs.

    Or a function that gives what a search leaves. It raises ConfigError then, where Python's
    TypeError would say nothing of that.
    """
    signature = inspect.signature(method)
    takes = [name for name in signature.parameters if name != "self"]
    gives = typing.get_args(signature.return_annotation) or (signature.return_annotation,)
    is_method = "self" in signature.parameters

    @wraps(method)
    def told(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        misplaced = next((name for name in kwargs if name not in takes), None)
        if misplaced is None:
            return method(*args, **kwargs)
        through = (
            _through_owner(args[0], misplaced) if is_method else _through_any(gives, misplaced)
        )
        value, called = kwargs[misplaced], f"{method.__name__}(...)"
        changed = f"{through}({misplaced}={value!r})"
        whole = f"{changed}.{called}" if is_method else f"{called}.{changed}"
        begun = any(each.startswith(misplaced) for each in takes)
        elsewhere = f"; it is {whole} that does this" if through and not begun else ""
        hint = elsewhere or nearest(misplaced, takes)
        raise ConfigError(misplaced, value, f"{method.__name__} takes {', '.join(takes)}{hint}")

    return told


def _through_owner(owner: object, name: str) -> str:
    """The method of a result by which a setting of that name changes; "" where there is none."""
    return _through((owner,), name, getattr(getattr(owner, "task", None), "options", ()))


def _through_any(kinds: Sequence[object], name: str) -> str:
    """The same of results of some kinds, whose task is not known yet."""
    return _through(kinds, name, OPTION_FIELDS)


def _through(owners: Sequence[object], name: str, options: Collection[str]) -> str:
    settings = [each for each, _, _ in settings_in(LearnerConfig)]
    for known, through in ((options, "with_task"), (settings, "with_learner")):
        if name in known and any(_has(owner, through) for owner in owners):
            return through
    return ""


def _has(owner: object, method: str) -> bool:
    # An annotation in quotes is of a class that is not imported yet: of a dataset, which has both.
    return isinstance(owner, str) or hasattr(owner, method)
