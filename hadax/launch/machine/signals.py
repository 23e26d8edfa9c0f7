"""Ctrl-C and SIGTERM of a command: one line and the end, at once, even while XLA compiles.

Python runs its own signal handlers between two instructions of the main thread: not while native
code compiles for minutes; and what a handler raises is lost where it happens to run inside of JAX's
garbage-collection callback. A thread that is woken by the signal itself waits for neither.
"""

import os
import signal
import threading
import time
from functools import partial
from types import FrameType

from hadax.core.run.interrupts import ECHO_SECONDS, SIGNALS, Interrupts, taken
from hadax.launch.machine.ending import end_at_once
from hadax.launch.machine.status import stopped_status


def watch(farewell: str) -> None:
    """Ends this process at Ctrl-C or SIGTERM with status 128 + the signal's number.

    Where a run notes interrupts, to save first, the first one is left to it. Signals that are
    ignored, as a shell's background jobs ignore Ctrl-C, stay so until then. To be called in the
    main thread, once in a process.

    Args:
      farewell: the line that is said on stderr.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, partial(_pass_on, writing))
    Interrupts.watched = True
    threading.Thread(target=_listen, args=(reading, farewell), daemon=True).start()


def _listen(reading: int, farewell: str) -> None:
    # Signals left to a run, and the run that the newest was left to. The run may note one before
    # this thread hears of it, or after; what it never notes is passed on.
    left, noting, since = 0, taken(), 0.0
    while True:
        number = os.read(reading, 1)[0]
        if number not in SIGNALS:
            continue
        run = taken()
        if left >= Interrupts.noted and (run is None or run is noting):
            if run is None or time.monotonic() - since >= ECHO_SECONDS:
                end_at_once(farewell, stopped_status(number))
            continue
        left, noting, since = left + 1, run, time.monotonic()


def _pass_on(writing: int, number: int, frame: FrameType | None) -> None:
    """Tells the thread once more: it may have left the signal to a run that was over by now."""
    del frame
    os.write(writing, bytes([number]))
