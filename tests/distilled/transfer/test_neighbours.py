"""The learners that a dataset is retrained on are none of those that it was evolved for."""

import itertools

import pytest

from hadax.core.settings.views import replaced
from hadax.distilled.transfer.neighbours import describe_change, neighbours
from hadax.learners.config import LearnerConfig
from hadax.learners.variations import variations


@pytest.mark.parametrize("changes", [{}, {"width": 128, "depth": 1, "activation": "relu"}])
def test_the_neighbours_are_twelve_learners_that_were_never_evolved_for(changes):
    base = replaced(LearnerConfig(), changes)
    found = [replaced(base, change) for change in neighbours(base)]
    assert len(set(found)) == 12
    assert not set(found) & set(variations(base))
    assert {each.network.width for each in found} >= {16, 32, 512}
    for one, other in itertools.pairwise(neighbours(base)):
        assert describe_change(one) != describe_change(other)
