"""Why a search of several failed, in a line: others go on."""

from hadax.core.errors import UsageError, out_of_memory, told


def why(error: Exception) -> str:
    """What is told of a search that the `error` ended; its kind too where nobody expects it."""
    expected = isinstance(error, UsageError) or out_of_memory(error)
    return told(error) if expected else f"{type(error).__name__}: {told(error)}"
