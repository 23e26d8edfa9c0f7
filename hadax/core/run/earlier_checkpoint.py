"""Run states as hadax first saved them: folders of orbax's, read so that earlier runs go on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hadax.core.errors import UnreadableError, reason

_CONTENT = "default"


class EarlierError(ValueError):
    """A folder that orbax cannot read; the message says why in a line."""


def is_earlier(path: Path) -> bool:
    """Whether this is a state of an earlier release: a folder called as its generation."""
    return path.name.isascii() and path.name.isdigit() and (path / _CONTENT).is_dir()


def check_earlier(path: Path) -> None:
    """Reads all of a state.

    Raises:
      UnreadableError: storage does not give it.
      EarlierError: it is damaged.
    """
    import orbax.checkpoint as ocp

    _require_readable(path)
    try:
        with ocp.StandardCheckpointer() as checkpointer:
            checkpointer.restore(path.absolute() / _CONTENT)
    except Exception as error:
        # Orbax raises what its storage does, for each kind of damage something else.
        raise EarlierError(f"cannot be read ({reason(error)})") from error


def restore_earlier(path: Path, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those parts of a state that were saved, by name, each like the one that is wanted.

    Args:
      path: the folder.
      wanted: a state's parts by name, the key as raw words.

    Raises:
      UnreadableError: storage does not give it.
      EarlierError: a part is another.
    """
    import orbax.checkpoint as ocp

    _require_readable(path)
    try:
        with ocp.StandardCheckpointer() as checkpointer:
            content = path.absolute() / _CONTENT
            there = checkpointer.restore(content).keys()
            parts = {name: part for name, part in wanted.items() if name in there}
            restored: dict[str, Any] = checkpointer.restore(content, parts)
            return restored
    except Exception as error:
        raise EarlierError(reason(error)) from error


def _require_readable(path: Path) -> None:
    """Reads all files of a state: of what orbax raises nobody can tell storage from damage.

    Raises:
      UnreadableError: one of them is not given.
    """
    try:
        for each in sorted(path.glob("**/*")):
            if each.is_file():
                each.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {reason(error)}") from error
