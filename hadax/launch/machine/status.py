"""With what exit status a command ends: what it tells its caller, and its peers, is the same."""

import signal

from hadax.core.errors import UsageError, out_of_memory
from hadax.core.run.interrupts import Stopped

USAGE_STATUS = 2
"""Exit status when flags, files, memory or the disk cannot work."""

UNEXPECTED_STATUS = 1
"""Exit status after an error that nobody expects, which Python tells with a traceback."""


def status_of(error: BaseException) -> int:
    """The exit status of a command that the `error` ended."""
    if isinstance(error, KeyboardInterrupt):
        return stopped_status(error.number if isinstance(error, Stopped) else signal.SIGINT)
    # An accelerator's want of memory is a RuntimeError.
    exhausted = isinstance(error, MemoryError | RuntimeError) and out_of_memory(error)
    refused = exhausted or isinstance(error, UsageError | OSError)
    return USAGE_STATUS if refused else UNEXPECTED_STATUS


def stopped_status(number: int) -> int:
    """The exit status of a process that a signal of this `number` stopped, as a shell gives it."""
    return 128 + number
