"""Several networks under one compiled function: each is the one that it stands for."""

import jax
import jax.numpy as jnp
import pytest

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError
from hadax.core.settings.views import replaced
from hadax.core.task import Discrete
from hadax.learners.config import LearnerConfig
from hadax.learners.randomized import randomized
from hadax.learners.rates import RATES
from hadax.learners.registry import make_learner
from hadax.learners.several import choice_of, several, switchable
from hadax.learners.updates import UPDATES

BASE = replaced(LearnerConfig(), {"inner_lr": 0.01, "inner_steps": 7, "width": 4})
OTHERS = tuple(
    replaced(BASE, {"width": width, "depth": depth, "activation": activation})
    for width in (4, 6)
    for depth in (1, 3)
    for activation in ("tanh", "relu")
)
TARGET = Discrete(2)


@pytest.fixture(scope="module")
def data():
    inputs = jax.random.normal(jax.random.key(1), (3, 4))
    return Dataset(inputs, balanced_one_hot(3, 2))


@pytest.fixture(scope="module")
def trained(data):
    """Trains a choice of the OTHERS, compiled once, and gives its outputs."""
    learner = several(OTHERS, (4,), TARGET)

    @jax.jit
    def outputs(key, choice, data):
        state, metrics = learner.fit(key, learner.start(key, choice), data)
        return learner.apply(state, data.inputs), metrics["fit_loss"]

    return learner, outputs


@pytest.mark.parametrize(("optimizer", "place"), [*zip(UPDATES, (0, 3, 5, 6), strict=True)])
def test_a_choice_is_the_learner_of_the_same_settings(trained, data, key, optimizer, place):
    learner, outputs = trained
    changes = {"inner_optimizer": optimizer, "inner_lr": 0.01 * RATES[optimizer]}
    config = replaced(OTHERS[place], changes)
    plain = make_learner(config, (4,), TARGET)
    state, metrics = plain.fit(key, plain.init(key), data)
    found, loss = outputs(key, choice_of(learner, config), data)
    assert jnp.allclose(found, plain.apply(state, data.inputs), atol=1e-4)
    assert jnp.allclose(loss, metrics["fit_loss"], atol=1e-4)
    assert outputs._cache_size() == 1


def test_an_epsilon_of_its_own_and_a_learned_rate_are_heeded(trained, data, key):
    learner, outputs = trained
    config = replaced(BASE, {"inner_epsilon": 0.1, "depth": 1})
    plain = make_learner(config, (4,), TARGET)
    faster = data.replace(inner_lr_factor=jnp.float32(2.0))
    state, _ = plain.fit(key, plain.init(key), faster)
    found, _ = outputs(key, choice_of(learner, config), faster)
    assert jnp.allclose(found, plain.apply(state, data.inputs), atol=1e-5)


def test_what_has_no_numbers_of_its_own_is_no_choice():
    assert switchable(BASE)
    for changes in ({"network": "conv"}, {"depth": 0}, {"inner_optimizer": "lion"}):
        assert not switchable(replaced(BASE, changes))
    assert not switchable(replaced(BASE, {"inner_schedule": "cosine"}))


@pytest.mark.slow
def test_a_randomised_learner_is_another_for_each_key_and_the_same_for_all_candidates(data):
    learner = randomized(BASE, (4,), TARGET)
    keys = jax.random.split(jax.random.key(2), 16)
    drawn = jax.jit(jax.vmap(learner.init))(keys)
    choice = drawn.choice
    assert len(set(choice.network.tolist())) == 3
    assert set(choice.depth.tolist()) == {1, 2, 3}
    assert len(set(choice.activation.tolist())) == 3
    assert len({tuple(row) for row in jnp.stack([*vars(choice.update).values()]).T.tolist()}) == 4
    rates = choice.rate / jnp.where(choice.update.adaptive > 0, 1.0, 5.0)
    assert rates.max() < 0.1 * 3.01
    assert rates.min() > 0.01 / 3.01
    # Several initialisations and candidates side by side train as each would by itself.
    candidates = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf + 0.1]), data)
    some = jax.tree.map(lambda leaf: leaf[:2], drawn)

    def fit(initial, candidate):
        return learner.fit(keys[0], initial, candidate)[0].weights

    together = jax.jit(jax.vmap(lambda one: jax.vmap(lambda each: fit(each, one))(some)))
    alone = jax.jit(fit)
    for place in (0, 1):
        one = jax.tree.map(lambda leaf, place=place: leaf[place], (some, candidates))
        for some_leaf, leaf in zip(
            jax.tree.leaves(together(candidates)), jax.tree.leaves(alone(*one)), strict=True
        ):
            assert jnp.allclose(some_leaf[place, place], leaf, atol=1e-5)


@pytest.mark.parametrize(("optimizer", "where"), [("adam", "outside"), ("rmsprop", "inside")])
def test_a_randomised_learner_keeps_the_epsilon_of_the_named_optimiser(optimizer, where):
    named = replaced(BASE, {"inner_optimizer": optimizer, "inner_epsilon": 0.1})
    draw = jax.vmap(randomized(named, (4,), TARGET).choices.draw)
    epsilons = getattr(draw(jax.random.split(jax.random.key(2), 64)).update, where)
    own = jax.vmap(randomized(BASE, (4,), TARGET).choices.draw)
    others = getattr(own(jax.random.split(jax.random.key(2), 64)).update, where)
    named_one = jnp.isclose(others, getattr(UPDATES[optimizer], where), atol=0)
    assert 0 < jnp.sum(named_one) < 64
    assert jnp.array_equal(epsilons, jnp.where(named_one, jnp.float32(0.1), others))


def test_a_learner_that_cannot_be_randomised_is_refused():
    with pytest.raises(ConfigError, match=r"randomize_learner=true: needs hidden layers"):
        randomized(replaced(BASE, {"depth": 0}), (4,), TARGET)
