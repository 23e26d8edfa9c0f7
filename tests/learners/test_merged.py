"""One network for several tasks: inputs in common entries, and a head for each."""

import jax
import jax.numpy as jnp
import pytest

from hadax.learners.config import InnerLoop, NetworkConfig
from hadax.learners.losses import cross_entropy, gaussian_negative_log_likelihood
from hadax.learners.merged import CommonInputs, Head, MergedLearner
from hadax.learners.networks import MLP

HEADS = (
    Head(start=0, size=2, first=0, count=2, loss="cross_entropy"),
    Head(start=2, size=1, first=2, count=3, loss="gaussian_negative_log_likelihood"),
)


@pytest.mark.parametrize(
    ("scheme", "first", "second"),
    [
        ("apart", [1, 1, 0, 0, 0], [0, 0, 1, 1, 1]),
        ("coded", [1, 1, 0, 1, 0], [1, 1, 1, 0, 1]),
        ("padded", [1, 1, 0], [1, 1, 1]),
    ],
)
def test_each_scheme_has_its_entries(scheme, first, second):
    common = CommonInputs(scheme, ((2,), (3,)))
    assert common.place(0, jnp.ones((1, 2))).tolist() == [first]
    assert common.place(1, jnp.ones((1, 3))).tolist() == [second]
    assert common.size == len(first)


def test_images_are_padded_by_channels_and_flattened_beside_vectors():
    common = CommonInputs("padded", ((2, 2, 1), (2, 2, 3)))
    placed = common.place(0, jnp.arange(1.0, 5.0).reshape(1, 2, 2, 1))
    assert placed.tolist() == [[1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0]]
    mixed = CommonInputs("padded", ((2, 2, 1), (5,)))
    assert mixed.place(0, jnp.ones((1, 2, 2, 1))).tolist() == [[1, 1, 1, 1, 0]]


def test_a_pair_is_judged_on_its_own_head_alone(key):
    network = MLP(3, NetworkConfig(width=4), log_std=True)
    learner = MergedLearner(network, (2,), InnerLoop(), HEADS)
    outputs, targets = jax.random.normal(key, (5, 6)), jax.random.normal(key, (5, 3))
    slopes = jax.grad(learner.loss)(outputs, targets)
    on_other_heads = jnp.array([[0, 0, 1, 0, 0, 1]] * 2 + [[1, 1, 0, 1, 1, 0]] * 3, bool)
    # The first head has no spread: its two places among the spreads are nobody's.
    nobodys = jnp.array([[0, 0, 0, 1, 1, 0]] * 5, bool)
    assert jnp.all(slopes[on_other_heads | nobodys] == 0)
    assert jnp.all(slopes[~(on_other_heads | nobodys)] != 0)
    gaussian = jnp.stack([outputs[2:, 2], outputs[2:, 5]], axis=1)
    expected = cross_entropy(outputs[:2, :2], targets[:2, :2])
    expected += gaussian_negative_log_likelihood(gaussian, targets[2:, 2:])
    assert jnp.allclose(learner.loss(outputs, targets), expected)
