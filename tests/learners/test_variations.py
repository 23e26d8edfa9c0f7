"""Learners beside the named one."""

from hadax.core.settings.views import flat
from hadax.learners.config import LearnerConfig
from hadax.learners.variations import variations


def test_variations_are_all_different_and_contain_the_learner_itself():
    config = LearnerConfig()
    varied = variations(config)
    assert varied[0] == config
    assert len(set(varied)) == len(varied) == 4
    for field in ("width", "depth", "inner_lr"):
        values = [flat(each)[field] for each in varied]
        assert min(values) < flat(config)[field] < max(values)
    assert {each.network.activation for each in varied} == {"tanh", "relu"}
