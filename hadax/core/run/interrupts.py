"""Ctrl-C and SIGTERM taken between generations, where nothing is lost."""

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""What asks a run to stop."""

ECHO_SECONDS = 1.0
"""So long after an interrupt another is the same one, passed on by `timeout` or a scheduler too."""


class Stopped(KeyboardInterrupt):
    """Somebody asked to stop.

    Attributes:
      number: the signal's.
    """

    def __init__(self, message: str = "", number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.number = int(number)


class Interrupts:
    """Within this context the first interrupt is only noted; a second, not its echo, is at once.

    A generation's step gives its old state's memory away before the new state is there: an
    exception in between would leave neither. Outside the main thread, where Python delivers no
    signals, nothing changes.

    Attributes:
      pending: whether an interrupt was noted.
      number: the noted signal's, 0 before.
      watched: whether somebody else ends this process at a second interrupt.
      noted: interrupts noted in this process, by all that there were.
    """

    watched = False
    noted = 0

    def __init__(self) -> None:
        self.pending = False
        self.number = 0
        self._noted_at = 0.0
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._previous[number] = signal.signal(number, self._note)
            _ACTIVE.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self in _ACTIVE:
            _ACTIVE.remove(self)
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        if not self.pending:
            self.pending, self.number, self._noted_at = True, number, time.monotonic()
            Interrupts.noted += 1
        elif not Interrupts.watched and time.monotonic() - self._noted_at >= ECHO_SECONDS:
            raise Stopped(number=number)


_ACTIVE: list[Interrupts] = []


def taken() -> object | None:
    """Who notes the next interrupt, None where nobody does; a thread that hears them asks."""
    return _ACTIVE[-1] if _ACTIVE else None
