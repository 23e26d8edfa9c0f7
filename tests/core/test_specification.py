"""What an answer can be."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.specification import Continuous, Discrete


def test_target_specs_refuse_nonsense():
    with pytest.raises(ConfigError):
        Discrete(1)
    with pytest.raises(ConfigError):
        Continuous(0)
    with pytest.raises(ConfigError, match="target size=wide: must be in"):
        Continuous("wide")
