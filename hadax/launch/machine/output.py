"""Output that never ends a search: to a pipe that was closed, a full disk, or nowhere."""

import contextlib
import io
import os
import sys


class _Forgiving(io.TextIOWrapper):
    """Text that goes where it can, and is lost where it cannot."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()


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
