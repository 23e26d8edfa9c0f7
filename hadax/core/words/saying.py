"""How a person is told something while work goes on: a line at a time."""

import sys
from collections.abc import Callable
from typing import TypeAlias

Say: TypeAlias = Callable[[str], None]
"""Tells a person a line."""


def quiet(line: str) -> None:
    """Tells nobody the `line`."""
    del line


def on_stderr(line: str) -> None:
    """Tells the `line` at once, where it is not in the way of results."""
    print(line, file=sys.stderr, flush=True)
