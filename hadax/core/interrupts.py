"""Ctrl-C and SIGTERM taken between generations, where nothing is lost."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Within this context the first interrupt is only noted; a second one interrupts at once.

    A generation's step gives its old state's memory away before the new state is there: an
    exception in between would leave neither. Outside the main thread, where Python delivers no
    signals, nothing changes.

    Attributes:
      pending: whether an interrupt was noted.
    """

    def __init__(self) -> None:
        self.pending = False
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.pending:
            raise KeyboardInterrupt
        self.pending = True
