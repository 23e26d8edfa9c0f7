"""Changes to other libraries, made while somebody needs them and undone afterwards."""

import contextlib
import threading
from collections.abc import Callable, Iterator

Change = Callable[[], contextlib.AbstractContextManager[object]]
"""Makes a change when it is entered, and undoes it when it is left."""


class Patch:
    """A change that several threads may need at the same time.

    The first to come makes it and the last to leave undoes it. Were each to undo its own, one that
    came second and left last would bring back what the first had put there.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._lock = threading.Lock()
        self._users = 0
        self._undo = contextlib.ExitStack()

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """The change, as long as the block lasts; other threads meet it too, meanwhile."""
        with self._lock:
            if self._users == 0:
                self._undo.enter_context(self._change())
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._undo.close()
