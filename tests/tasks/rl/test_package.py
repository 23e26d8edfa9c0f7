"""What `hadax.tasks.rl` exports."""

import importlib

import pytest

from hadax.tasks import rl


def test_all_that_it_names_is_there():
    assert rl.spaces is importlib.import_module("hadax.tasks.rl.spaces")
    assert dir(rl) == rl.__all__
    for name in rl.__all__:
        assert getattr(rl, name).__name__.endswith(name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        rl.nothing  # noqa: B018
