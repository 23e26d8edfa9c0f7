"""The end of this process from one of its threads, whatever the others are at."""

import contextlib
import os

from hadax.core.storage.files import WRITING

# A file that is being written is whole before the process ends, unless the disk hangs.
_MOST_SECONDS = 5.0


def end_at_once(line: str, status: int) -> None:
    """Says a line on stderr and ends this process, no file half written; no thread is asked.

    Args:
      line: without its end.
      status: the process's exit status.
    """
    WRITING.acquire(timeout=_MOST_SECONDS)
    with contextlib.suppress(OSError):
        os.write(2, f"{line}\n".encode())
    os._exit(status)
