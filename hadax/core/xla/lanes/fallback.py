"""What is said where lanes fail and vmap takes over."""

import threading
import warnings

from hadax.core.errors import HadaxWarning

_SAID: set[str] = set()
_LOCK = threading.Lock()


class OperationError(Exception):
    """An operation that could not be done for many examples at once; the cause says why.

    Attributes:
      primitive: the operation's name.
    """

    def __init__(self, primitive: str) -> None:
        super().__init__(primitive)
        self.primitive = primitive


def warn_once(error: Exception) -> None:
    """Warns that lanes gave way to vmap, once in a process for each primitive that fails."""
    primitive = error.primitive if isinstance(error, OperationError) else "the program"
    cause = error.__cause__ or error
    with _LOCK:
        if primitive in _SAID:
            return
        _SAID.add(primitive)
    reason = f"{type(cause).__name__}: {cause}".splitlines()[0]
    message = (
        f"a simulator falls back to jax.vmap, which is slower: lanes failed at {primitive} "
        f"({reason}); HADAX_PLAIN=1 does without them"
    )
    warnings.warn(message, HadaxWarning, stacklevel=2)
