"""What a notebook shows of a result; drawn by hadax.pictures, which is imported when asked.

Drawing lies above this room, so it is known here by its name alone, as a task's factory is.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

_FIGURE, _HTML = "hadax.pictures.notebook:figure", "hadax.pictures.notebook:html"


def figure(distilled: Any) -> Any:
    """A matplotlib figure of a Distilled's examples."""
    return _resolved(_FIGURE)(distilled)


def html(distilled: Any) -> str:
    """A Distilled as HTML: a heading and a table, or pictures."""
    return str(_resolved(_HTML)(distilled))


def _resolved(name: str) -> Callable[[Any], Any]:
    module, _, attribute = name.partition(":")
    found: Callable[[Any], Any] = vars(import_module(module))[attribute]
    return found
