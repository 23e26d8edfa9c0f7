"""Names and values that people type, and what is read to them."""

import difflib
from collections.abc import Iterable, Mapping
from numbers import Number
from os import PathLike

# Longer ones are no settings, and nobody reads them to the end.
_SHORT = 60


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names most like this one, as "; did you mean a, b?"; "" where none is.

    Capitals do not count: gymnax writes CartPole, a person writes cartpole.
    """
    by_folded = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3, cutoff=0.6)
    return f"; did you mean {', '.join(by_folded[each] for each in near)}?" if near else ""


def spelled(value: object) -> str:
    """A value as it is typed on a command line: true, none, 8,16; another by its class, if long.

    Args:
      value: a setting's, as Python or as JSON has it; or whatever was given in its place, a task
        or an array, say.
    """
    if isinstance(value, tuple | list):
        return ",".join(map(spelled, value))
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    text = str(value)
    if isinstance(value, str | PathLike | Number) or (len(text) <= _SHORT and text.isprintable()):
        return text
    return type(value).__name__


def pairs_of(settings: Mapping[str, object]) -> tuple[str, ...]:
    """Settings as they are typed, each `name=value`.

    Args:
      settings: values by name.
    """
    return tuple(f"{name}={spelled(value)}" for name, value in settings.items())


def as_given(value: object) -> object:
    """A value to be told of where one alone is right: a list, or a number's text, as in Python.

    As they are typed, `[2]` and `"2"` read 2, as if that were wrong.

    Args:
      value: anything.
    """
    another = isinstance(value, str) and _reads_as_another(value)
    return repr(value) if another or isinstance(value, tuple | list) else value


def _reads_as_another(text: str) -> bool:
    """Whether a text is how a number, a truth value or none is typed."""
    try:
        float(text)
    except ValueError:
        return text.lower() in ("true", "false", "none")
    return True


def printable(text: str, most: int = 600) -> str:
    """The text in one line, safe for any terminal: odd signs escaped, the middle of a long one cut.

    Args:
      text: anything, from a file that somebody made perhaps.
      most: signs that are left.
    """
    safe = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )
    return safe if len(safe) <= most else f"{safe[: most // 2]} ... {safe[-most // 2 :]}"
