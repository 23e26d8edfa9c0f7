"""Where files go, and writing them so that a reader finds the old or the new, never a part."""

import os
import secrets
import threading
from pathlib import Path

from hadax.core.errors import UsageError, reason
from hadax.core.words.names import spelled

WRITING = threading.RLock()
"""Held while a file is written: who ends this process waits for it."""

_MOST_UNPACKED = 50
_SMALL = 2**20


def cache_folder() -> Path:
    """Where prepared data and compiled code stay: $HADAX_CACHE_DIR, or the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return expanded(os.environ.get("HADAX_CACHE_DIR") or Path(base) / "hadax")


def expanded(path: str | Path) -> Path:
    """The path, a leading "~" or "~name" being a home folder.

    Raises:
      UsageError: no path, nobody of that name, or a path that no file system can have.
    """
    try:
        place = Path(path).expanduser()
        os.fsencode(place)
    except TypeError as error:
        raise UsageError(f"{spelled(path)}: must be a path: a text or a pathlib.Path") from error
    except (RuntimeError, ValueError) as error:
        raise UsageError(f"{path}: {reason(error)}") from error
    if "\0" in str(place):
        raise UsageError(f"{path}: a path cannot hold a zero byte")
    return place


def ending_of(path: str | Path) -> str:
    """How a file's name ends, as ".npz", in small letters: other systems write A.NPZ too."""
    return Path(path).suffix.lower()


def require_folder(path: str | Path) -> None:
    """Refuses a file's place before the work whose result it is to hold.

    Raises:
      UsageError: its folder is missing, nothing can be written there, or it is a folder itself.
    """
    folder = expanded(path).parent
    if expanded(path).is_dir():
        raise UsageError(f"{path}: a folder; name a file")
    if not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: nothing can be written in {folder}")


def most_unpacked(size: int) -> int:
    """Bytes that a packed file of so many may bring: more would only be there to fill the memory.

    Labels pack tenfold at best, and images of few colours not as well as nothing at all.
    """
    return _SMALL + _MOST_UNPACKED * size


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file beside its place and then moves it there in one step.

    Where a link is, it stays, and the file that it leads to is replaced.

    Raises:
      OSError: the folder is missing, read-only or full; names the file, whose old content is then
        untouched.
    """
    with WRITING:
        try:
            _write_beside(path.resolve() if path.is_symlink() else path, content)
        except OSError as error:
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _write_beside(path: Path, content: bytes) -> None:
    # Not after the file: with more signs than its own a long name could not be written.
    temporary = path.parent / f".writing.{secrets.token_hex(8)}"
    # Opened as any file is, and so as open to others as their umask has it: mkstemp's is to nobody.
    file = temporary.open("xb")
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
