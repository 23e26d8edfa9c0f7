"""The running normaliser against NumPy over all observations at once."""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hadax.tasks.rl.normalizer import (
    add_observations,
    denormalize,
    initial_moments,
    merge,
    normalize,
    zero_sums,
)


@given(
    seed=st.integers(0, 1000),
    batches=st.integers(1, 4),
    offset=st.floats(-1000, 1000),
    scale=st.floats(0.01, 100),
)
def test_moments_are_those_of_all_observations(seed, batches, offset, scale):
    rng = np.random.default_rng(seed)
    moments = initial_moments((3,))
    seen = []
    for _ in range(batches):
        # Two members of a population, whose sums around the same mean are added.
        sums = []
        for _ in range(2):
            observations = (offset + scale * rng.normal(size=(40, 3))).astype(np.float32)
            counted = rng.random(40) < 0.7
            seen.append(observations[counted])
            sums.append(add_observations(zero_sums((3,)), moments, observations, counted))
        moments = merge(moments, jax.tree.map(jnp.add, *sums))
    everything = np.concatenate(seen).astype(np.float64)
    # The first moments stand for one observation of mean 0 and variance 1.
    count = len(everything) + 1
    mean = everything.sum(axis=0) / count
    squares = ((everything - mean) ** 2).sum(axis=0) + mean**2 + 1
    assert float(moments.count) == count
    np.testing.assert_allclose(moments.mean, mean, rtol=1e-3, atol=1e-3 * scale)
    np.testing.assert_allclose(moments.squares / count, squares / count, rtol=2e-3)


def test_observations_that_never_change_do_no_harm():
    for constant in (135.0, 151.0, 1e4):
        moments, observations = initial_moments((1,)), jnp.full((500, 1), constant)
        for _ in range(3):
            sums = zero_sums((1,))
            for _ in range(20):
                sums = add_observations(sums, moments, observations, jnp.ones(500, bool))
            moments = merge(moments, jax.tree.map(lambda leaf: 50 * leaf, sums))
            assert jnp.isfinite(normalize(moments, observations)).all()


def test_it_starts_as_the_identity_and_is_limited():
    moments = initial_moments((2,))
    observations = jnp.array([[0.5, -3.0], [50.0, -50.0]])
    normalized = normalize(moments, observations)
    assert jnp.allclose(normalized, jnp.array([[0.5, -3.0], [10.0, -10.0]]))
    assert jnp.allclose(denormalize(moments, normalized[:1]), observations[:1])


def test_observations_that_do_not_count_may_be_anything():
    observations = jnp.array([[1.0], [jnp.nan]])
    sums = add_observations(
        zero_sums((1,)), initial_moments((1,)), observations, jnp.array([True, False])
    )
    assert sums.count == 1
    assert jnp.isfinite(sums.total).all()
