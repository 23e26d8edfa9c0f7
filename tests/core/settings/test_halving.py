"""The schedule of a halving, for any number of searches."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.errors import ConfigError
from hadax.core.settings.halving import RestartsConfig, better_half, rungs

FITNESS = st.one_of(st.floats(-10, 10, width=16), st.just(float("nan")), st.just(float("-inf")))


@given(st.integers(1, 1024), st.integers(1, 50), st.integers(500, 1000))
def test_each_rung_halves_the_searches_and_the_last_goes_to_the_end(restarts, every, generations):
    config = RestartsConfig(restarts, every)
    stages = rungs(config, generations)
    assert stages[0].runs == restarts
    assert (stages[-1].runs, stages[-1].until) == (1, generations)
    assert len(stages) == config.halvings + 1
    for index, (stage, later) in enumerate(itertools.pairwise(stages), start=1):
        assert later.runs == math.ceil(stage.runs / 2)
        assert stage.until == index * every


@given(st.lists(FITNESS, min_size=1, max_size=12))
def test_the_better_half_goes_on(fitness):
    left = better_half(fitness)
    assert len(left) == math.ceil(len(fitness) / 2)
    assert list(left) == sorted(set(left))
    ranked = [value if math.isfinite(value) else -math.inf for value in fitness]
    out = [ranked[place] for place in range(len(ranked)) if place not in left]
    assert all(ranked[place] >= value for place in left for value in out)


def test_of_equals_the_first_go_on():
    assert better_half([1.0, 2.0, 2.0, 2.0]) == (1, 2)
    assert better_half([float("nan")] * 3) == (0, 1)


@pytest.mark.parametrize("settings", [{"restarts": 0}, {"restart_generations": 0}])
def test_refuses_what_cannot_work(settings):
    with pytest.raises(ConfigError) as caught:
        RestartsConfig(**settings)
    assert caught.value.name in settings
