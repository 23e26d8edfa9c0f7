"""Losses against their formulas."""

import jax.numpy as jnp
import numpy as np
import pytest

from hadax.learners.losses import LOSSES


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
