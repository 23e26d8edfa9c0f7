"""Why a search of several failed, in a line: others go on."""

from hadax.core.errors import OUT_OF_MEMORY, UsageError, out_of_memory, reason


def why(error: Exception) -> str:
    """What is told of a search that the `error` ended; its kind too where nobody expects it."""
    if isinstance(error, UsageError):
        return str(error)
    if out_of_memory(error):
        return OUT_OF_MEMORY
    return f"{type(error).__name__}: {reason(error)}"
