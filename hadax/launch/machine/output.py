"""Output that never ends a search: to a pipe that was closed, a full disk, or nowhere."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator

from hadax.core.errors import UsageError, reason


class _Forgiving(io.TextIOWrapper):
    """Text that goes where it can, and is lost where it cannot.

    Attributes:
      lost: why, the first time.
    """

    lost: OSError | None = None

    def write(self, text: str) -> int:
        with self._noting():
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with self._noting():
            super().flush()

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.lost = self.lost or error


def require_printed() -> None:
    """Refuses to call a command done whose result was printed, and is not whole.

    Who closed a pipe has what they wanted.

    Raises:
      UsageError: stdout could not hold it, as on a full disk.
    """
    sys.stdout.flush()
    lost = sys.stdout.lost if isinstance(sys.stdout, _Forgiving) else None
    if lost is not None and lost.errno != errno.EPIPE:
        raise UsageError(f"stdout: {reason(lost)}; what was printed is not whole")


def forgive() -> None:
    """Replaces this process's stdout and stderr by ones that raise nothing.

    Signs that they cannot hold become "?". To be called once, by a process that is a command.
    """
    sys.stdout, sys.stderr = _forgiving(sys.stdout), _forgiving(sys.stderr)


def _forgiving(stream: object) -> io.TextIOWrapper:
    if not isinstance(stream, io.TextIOWrapper):
        # Closed by whoever started the command.
        return open(os.devnull, "w", encoding="utf-8")
    encoding = stream.encoding
    return _Forgiving(stream.detach(), encoding, errors="replace", line_buffering=True)
