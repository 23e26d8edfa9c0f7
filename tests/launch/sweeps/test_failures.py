"""Why a search of several failed: as a command alone says it, with its kind where unexpected."""

import pytest

from hadax.core.errors import OUT_OF_MEMORY, ConfigError, UsageError
from hadax.launch.sweeps.failures import why


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (UsageError("no such file"), "no such file"),
        (ConfigError("width", 0, "must be above 0"), "width=0: must be above 0"),
        (MemoryError(), OUT_OF_MEMORY),
        (RuntimeError("RESOURCE_EXHAUSTED: 16 bytes"), OUT_OF_MEMORY),
        (ZeroDivisionError("by zero\nin a plug-in"), "ZeroDivisionError: by zero"),
        (OSError(28, "No space left", "out.csv"), "OSError: out.csv: No space left"),
    ],
)
def test_it_is_one_line(error, line):
    assert why(error) == line
