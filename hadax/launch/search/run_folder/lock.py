"""One run in a folder at a time."""

import fcntl
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from hadax.core.errors import UsageError
from hadax.core.population.placement import writes

NAME = ".lock"
"""The file in a run's folder that is locked; who has it stands in it."""


def lock(root: Path) -> Callable[[], None]:
    """Locks a run's folder, which is made when missing; gives what unlocks it.

    Args:
      root: the folder.

    Raises:
      UsageError: it cannot be made, or another run has it.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        return Lock(root).release if writes() else lambda: None
    except OSError as error:
        raise UsageError(f"--workdir={root}: {error.strerror or error}") from error


class Lock:
    """A folder's lock, which its process's end releases too, however that comes.

    Args:
      folder: must exist.

    Raises:
      UsageError: another run has it; says which process, where.
    """

    def __init__(self, folder: Path) -> None:
        # Not emptied when opened: the one who has it is named there.
        self._file: TextIO = (folder / NAME).open("a+", encoding="utf-8", errors="replace")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            owner = self._file.read().strip() or "another process"
            self._file.close()
            raise UsageError(
                f"--workdir={folder}: {owner} is running in it; choose another folder, or wait"
            ) from error
        except OSError:
            # A file system without locks: as good as it can be there.
            return
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        self._file.flush()

    def release(self) -> None:
        """Lets the next run in."""
        self._file.close()
