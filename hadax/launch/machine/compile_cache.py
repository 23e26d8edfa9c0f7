"""JAX's compile cache after a kill: entries that were cut short are removed, and so written anew.

JAX writes entries in place, and never over one that is there: what a kill cut short would warn, and
be compiled again, in every run that follows.
"""

import contextlib
import re
import warnings
from pathlib import Path
from typing import TextIO

from filelock import FileLock, Timeout

_ENTRY, _TIME = "-cache", "-atime"
_UNREADABLE = re.compile(r"Error reading persistent compilation cache entry for '(?P<name>[^']+)'")


def tidy(folder: Path) -> None:
    """Removes entries that were cut short before a byte, or before their time stamp, was written.

    Args:
      folder: the cache; JAX fails to make room in one with an entry that has no time stamp.
    """
    if not any(folder.glob(f"*{_ENTRY}")):
        return
    # JAX's own lock, so that nobody is writing one just now.
    lock = FileLock(folder / ".lockfile", timeout=1)
    with contextlib.suppress(OSError, Timeout), lock:
        for path in folder.glob(f"*{_ENTRY}"):
            stamp = path.with_name(path.name.removesuffix(_ENTRY) + _TIME)
            if not path.stat().st_size or not stamp.exists() or not stamp.stat().st_size:
                _remove(path, stamp)


def replace_damaged(folder: Path) -> None:
    """From now on removes what JAX warns that it cannot read, in place of the warning.

    JAX then compiles, and writes the entry anew.

    Args:
      folder: the cache.
    """
    shown = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        found = _UNREADABLE.match(str(message))
        if found is None or not _forget(folder, found["name"]):
            shown(message, category, filename, lineno, file, line)

    warnings.showwarning = show


def _forget(folder: Path, name: str) -> bool:
    """Removes the entries of a compiled function, whichever is the damaged one."""
    entries = [path for path in folder.glob(f"*{_ENTRY}") if path.name.startswith(f"{name}-")]
    for path in entries:
        _remove(path, path.with_name(path.name.removesuffix(_ENTRY) + _TIME))
    return bool(entries)


def _remove(*paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
