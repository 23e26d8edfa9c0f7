"""A learning rate that is learned is the learner's own times a factor, whatever it trains with."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.learner import BaseLearner
from hadax.core.settings.views import replaced
from hadax.core.task import Discrete
from hadax.learners.config import OPTIMIZERS, SCHEDULES, LearnerConfig
from hadax.learners.gradient import GradientLearner
from hadax.learners.registry import make_learner

# Beside the optimisers: the shared first layer is theirs that add gradients up.
FORMS = {
    **{name: {"inner_optimizer": name} for name in OPTIMIZERS},
    **{name: {"inner_schedule": name} for name in SCHEDULES},
    "clipped": {"inner_clip": 0.1},
    "many examples": {"inner_optimizer": "sgd"},
}


def make(changes):
    settings = {"width": 4, "depth": 1, "inner_lr": 0.01, "inner_steps": 3, **changes}
    return make_learner(replaced(LearnerConfig(), settings), (12,), Discrete(3))


@pytest.mark.parametrize("form", FORMS)
def test_candidates_train_side_by_side_at_rates_of_their_own(form, key):
    size = 9 if form == "many examples" else 3
    data = Dataset(jax.random.normal(key, (size, 12)), balanced_one_hot(size, 3))
    learner, faster = make(FORMS[form]), make({**FORMS[form], "inner_lr": 0.03})
    initial = learner.init(key)

    def fit(factor):
        rated = replace(data, inner_lr_factor=factor)
        return learner.parameters(learner.fit(key, initial, rated)[0])

    trained = jax.tree.leaves(jax.vmap(fit)(jnp.array([1.0, 3.0])))
    for place, alone in enumerate((learner, faster)):
        expected = alone.parameters(alone.fit(key, initial, data)[0])
        for one, other in zip(trained, jax.tree.leaves(expected), strict=True):
            assert jnp.allclose(one[place], other, atol=1e-5)


def test_who_trains_in_another_way_must_say_that_it_heeds_the_rate():
    @dataclass(frozen=True)
    class Own(GradientLearner):
        def fit(self, key, initial, dataset):
            return initial, {}

    plain = make({})
    assert plain.scales_inner_lr
    assert make({"inner_optimizer": "sgd"}).scales_inner_lr
    assert not Own(plain.network, (12,), plain.inner_loop).scales_inner_lr
    assert not BaseLearner().scales_inner_lr
