"""Names of plug-ins: those that installed packages bring, and those that a process registers."""

import contextlib
import functools
import sys
from collections.abc import Container, Iterator
from importlib.metadata import EntryPoint, entry_points

from hadax.core.errors import ConfigError, UsageError, failure, out_of_memory
from hadax.core.words.names import spelled


def require_new_name(kind: str, name: object, taken: Container[str]) -> None:
    """Refuses to register a name that is no text or no single word, or that another has.

    Args:
      kind: what is to be registered, for the message: "task", say.
      name: its name.
      taken: the names that there are.

    Raises:
      UsageError: names it, and says what would be right.
    """
    if odd := _oddity(name):
        raise UsageError(f"{kind} {spelled(name)}: {odd}")
    if name in taken:
        raise UsageError(f"{kind} {name} is registered already; choose another name")


def _oddity(name: object) -> str:
    """What is wrong with a name that could not be typed, or not shown in a line; "" if nothing."""
    if not (isinstance(name, str) and name):
        return "its name must be a text, as mylab/mine"
    if not name.isprintable() or any(sign.isspace() for sign in name):
        return "its name must have no spaces, as mylab/mine"
    return ""


@contextlib.contextmanager
def own_code(kind: str, name: str, what: str) -> Iterator[None]:
    """Says in one line that a plug-in's own code fails; what cannot be imported passes as it is.

    Args:
      kind: the flag that names plug-ins of its kind: "task" or "learner".
      name: the plug-in's.
      what: of it is called: "factory", say.

    Raises:
      ConfigError: of that flag; the error itself is its cause.
    """
    try:
        yield
    except (UsageError, ImportError):
        raise
    except Exception as error:
        if out_of_memory(error):
            raise
        raise ConfigError(kind, name, f"its {what} fails: {failure(error)}") from error


def offered_names(group: str) -> frozenset[str]:
    """The names that installed packages offer, less those that no process could register.

    Args:
      group: of entry points, as "hadax.tasks".
    """
    return frozenset(point.name for point in installed(group) if not _oddity(point.name))


def offered(group: str, kind: str, name: str, taken: Container[str]) -> EntryPoint | None:
    """What an installed package offers by that name; None where none does.

    Other names are not looked at: a package that is at odds with another spoils no third one's.

    Args:
      group: of entry points, as "hadax.tasks".
      kind: what they are, for the message: "task", say.
      name: what is asked for.
      taken: the names that there are without those of installed packages.

    Raises:
      UsageError: the name is no single word, is taken, or two packages offer it.
    """
    points = [point for point in installed(group) if point.name == name]
    if not points:
        return None
    place = points[-1].value
    if odd := _oddity(name):
        raise UsageError(f"{kind} {name} of the installed {place}: {odd}")
    if name in taken or len(points) > 1:
        expected = f"the installed {place} must use another name"
        raise UsageError(f"{kind} {name} is registered already; {expected}")
    return points[0]


def brought_by(group: str, name: str) -> dict[str, str]:
    """The version of the installed package that offers a name, by the package's; {} for none.

    Args:
      group: of entry points, as "hadax.tasks".
      name: what it offers.
    """
    points = (point for point in installed(group) if point.name == name)
    return {point.dist.name: point.dist.version for point in points if point.dist is not None}


def installed(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, of all packages on the import path.

    Looked up once for as long as the path stays.
    """
    return _installed(group, tuple(sys.path))


@functools.cache
def _installed(group: str, path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    del path
    return tuple(entry_points(group=group))
