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

    Args:
      holding: whether there is something to lose already. While there is none, as when a first
        generation is compiled for minutes, who watches the process ends it at the first interrupt.

    Attributes:
      pending: whether an interrupt was noted.
      number: the noted signal's, 0 before.
      holding: whether there is something to lose.
      watched: whether somebody else ends this process at a second interrupt.
      noted: interrupts noted in this process, by all that there were, with something to lose.
    """

    watched = False
    noted = 0

    def __init__(self, holding: bool = True) -> None:
        self.pending = False
        self.number = 0
        self.holding = holding
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

    def hold(self) -> None:
        """From here on there is something to lose."""
        if not self.holding:
            self.holding = True
            # One noted before, of which nobody has heard in time, is this run's to heed.
            Interrupts.noted += int(self.pending)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        if not self.pending:
            self.pending, self.number, self._noted_at = True, number, time.monotonic()
            Interrupts.noted += int(self.holding)
        elif not Interrupts.watched and time.monotonic() - self._noted_at >= ECHO_SECONDS:
            raise Stopped(number=number)


_ACTIVE: list[Interrupts] = []


def taken() -> object | None:
    """Who notes the next interrupt and has something to lose; a thread that hears them asks.

    None where nobody has.
    """
    return next((each for each in reversed(_ACTIVE) if each.holding), None)
