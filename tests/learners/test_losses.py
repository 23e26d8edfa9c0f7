"""Losses against their formulas."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.errors import ConfigError
from hadax.core.task import Continuous, Discrete
from hadax.learners.config import AUTOMATIC_LOSS, GAUSSIAN
from hadax.learners.config import LOSSES as NAMES
from hadax.learners.losses import LOSSES, fits, learns_spread, resolved_loss
from hadax.tasks.rl.actions import choose_actions


def test_settings_know_every_loss():
    assert tuple(LOSSES) == NAMES


@pytest.mark.parametrize(
    ("target", "own"), [(Discrete(3), "cross_entropy"), (Continuous(2), "mean_squared_error")]
)
def test_only_the_automatic_loss_goes_by_the_target(target, own):
    assert resolved_loss(AUTOMATIC_LOSS, target) == own
    for loss in NAMES:
        if fits(loss, target):
            assert resolved_loss(loss, target) == loss
        else:
            with pytest.raises(ConfigError, match=f"use {own}"):
                resolved_loss(loss, target)


def test_a_loss_that_learns_a_spread_is_the_one_that_splits_outputs():
    targets, both = jnp.zeros((4, 3)), jnp.zeros((4, 6))
    for name in NAMES:
        if learns_spread(name):
            assert np.isfinite(LOSSES[name](both, targets))
        else:
            with pytest.raises((ValueError, TypeError)):
                LOSSES[name](both, targets)


def test_actions_without_a_spread_ask_for_the_loss_that_learns_one():
    with pytest.raises(ConfigError, match=GAUSSIAN):
        choose_actions(Continuous(2), "sample", "clip", 1.0, jax.random.key(0), jnp.zeros((1, 2)))


def test_losses_against_their_formulas():
    rng = np.random.default_rng(0)
    outputs, targets = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), size=4)
    softmax = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    expected = -(targets * np.log(softmax)).sum(axis=1).mean()
    assert LOSSES["cross_entropy"](outputs, targets) == pytest.approx(expected, rel=1e-5)
    expected = ((outputs - targets) ** 2).mean()
    assert LOSSES["mean_squared_error"](outputs, targets) == pytest.approx(expected, rel=1e-5)
    log_std = rng.normal(size=(4, 3))
    both = np.concatenate([outputs, log_std], axis=1)
    std = np.exp(log_std)
    density = np.exp(-0.5 * ((targets - outputs) / std) ** 2) / (std * np.sqrt(2 * np.pi))
    expected = -np.log(density).sum(axis=1).mean()
    found = LOSSES["gaussian_negative_log_likelihood"](jnp.asarray(both), jnp.asarray(targets))
    assert found == pytest.approx(expected, rel=1e-5)
