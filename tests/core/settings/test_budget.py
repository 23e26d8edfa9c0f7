"""What a search may spend, as people write it."""

import math

import pytest

from hadax.core.errors import ConfigError
from hadax.core.settings.budget import Budget, budget_of


def test_time_and_environment_steps_are_told_apart():
    assert budget_of(None) == Budget()
    assert budget_of("40min") == Budget(seconds=2400.0)
    assert budget_of("2e8steps") == Budget(steps=2e8)
    assert budget_of("1000 steps").seconds == math.inf


@pytest.mark.parametrize(
    "text", ["steps", "0steps", "-1steps", "2e8", "1e3step", "soon", "1e400steps"]
)
def test_anything_else_is_refused_with_both_ways(text):
    with pytest.raises(ConfigError, match=r"steps?"):
        budget_of(text)
