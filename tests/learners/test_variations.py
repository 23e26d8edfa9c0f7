"""Learners beside the named one."""

import pytest

from hadax.core.errors import ConfigError
from hadax.core.settings.views import flat
from hadax.core.specification import Discrete
from hadax.learners.config import LearnerConfig, NetworkConfig
from hadax.learners.randomized import randomized
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


def test_the_shallowest_keeps_a_nonlinearity():
    one_layer = variations(LearnerConfig(network=NetworkConfig(depth=1)))
    assert min(each.network.depth for each in one_layer) == 1
    assert len(set(one_layer)) == 4
    no_dense_layer = variations(LearnerConfig(network=NetworkConfig(network="conv", depth=0)))
    assert len({(each.network, each.inner_loop.inner_lr) for each in no_dense_layer}) == 4


def test_networks_without_hidden_layers_do_not_vary():
    with pytest.raises(ConfigError, match=r"vary=true: .*depth=0 has none; use vary=false"):
        variations(LearnerConfig(network=NetworkConfig(depth=0)))


def test_a_learner_that_cannot_be_is_told_by_whose_it_would_be():
    config = LearnerConfig(network=NetworkConfig(width=40_000))
    with pytest.raises(ConfigError, match=r"^vary=true: .* width=80000, which must be in"):
        variations(config)
    with pytest.raises(ConfigError, match=r"^randomize_learner=true: .* width=80000, which must"):
        randomized(config, (3,), Discrete(2))
