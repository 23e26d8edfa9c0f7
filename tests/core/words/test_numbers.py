"""Numbers in a few characters."""

import pytest

from hadax.core.words.numbers import in_short


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.0034, "-0.0034"),
        (0.04, "0.04"),
        (0.1234, "0.12"),
        (-5.6534, "-5.65"),
        (14.874, "14.87"),
        (-99999.9, "-99999.90"),
        (632130816.0, "6.32e+08"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
    ],
)
def test_small_and_large_numbers_keep_their_figures_and_zero_has_no_sign(value, told):
    assert in_short(value) == told
