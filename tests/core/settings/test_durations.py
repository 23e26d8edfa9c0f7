"""Durations as people write them."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.settings.durations import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("40min", 2400), ("1.5h", 5400), ("2 d", 172800)]
)
def test_numbers_with_units_are_seconds(text, seconds):
    assert seconds_of("budget", text) == seconds


@pytest.mark.parametrize(
    "text", ["", "40", "min", "-1h", "0s", "1 week", "inf s", "1h30min", "1e307d"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ConfigError, match="must be a duration"):
        seconds_of("budget", text)
