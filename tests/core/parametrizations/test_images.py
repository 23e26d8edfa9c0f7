"""Images from fewer numbers: bases, their inverses, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.fft
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.errors import ConfigError
from hadax.core.parametrizations.images import (
    InComponents,
    in_basis,
    low_frequencies,
    principal_components,
    upsampling,
)
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels

SHAPE = (10, 8, 3)
TARGETS = balanced_one_hot(4, 3)


def images(key):
    return Dataset(inputs=jax.random.normal(key, (4, *SHAPE)), targets=TARGETS)


@pytest.mark.parametrize("name", ["dct", "coarse"])
@pytest.mark.parametrize("inner", [FixedTargets(TARGETS), LearnedLabels()])
def test_a_candidate_is_smaller_and_decodes_to_plain_images(name, inner, key):
    made = in_basis(inner, name, SHAPE, 4)
    dataset = images(key)
    candidate = made.encode(dataset)
    learned = TARGETS.size if isinstance(inner, LearnedLabels) else 0
    assert sum(leaf.size for leaf in jax.tree.leaves(candidate)) == 4 * 4 * 4 * 3 + learned
    decoded = made.decode(candidate)
    assert decoded.inputs.shape == dataset.inputs.shape
    assert decoded.targets.shape == dataset.targets.shape
    # What is in the basis already stays as it is, and nothing comes nearer to the rest.
    again = made.decode(made.encode(decoded))
    np.testing.assert_allclose(again.inputs, decoded.inputs, atol=1e-4)
    residual = dataset.inputs - decoded.inputs
    np.testing.assert_allclose(jnp.sum(residual * decoded.inputs), 0, atol=1e-2)


def test_all_coefficients_give_the_image_itself(key):
    square = Dataset(inputs=jax.random.normal(key, (4, 8, 8, 1)), targets=TARGETS)
    made = in_basis(FixedTargets(TARGETS), "dct", (8, 8, 1), 8)
    np.testing.assert_allclose(made.decode(made.encode(square)).inputs, square.inputs, atol=1e-4)


@given(size=st.integers(1, 40), data=st.data())
def test_low_frequencies_are_the_cosine_transform(size, data):
    count = data.draw(st.integers(1, size))
    expected = scipy.fft.idct(np.eye(size)[:count], norm="ortho").T
    np.testing.assert_allclose(low_frequencies(size, count), expected, atol=1e-5)


@given(size=st.integers(1, 40), data=st.data())
def test_upsampling_keeps_what_is_constant(size, data):
    count = data.draw(st.integers(1, size))
    np.testing.assert_allclose(upsampling(size, count).sum(axis=1), 1, rtol=1e-5)


def test_upsampling_is_linear_between_pixels():
    np.testing.assert_allclose(upsampling(4, 2) @ np.array([0.0, 1.0]), [0, 0.25, 0.75, 1])


def test_refuses_what_cannot_work():
    inner = FixedTargets(TARGETS)
    assert in_basis(inner, "raw", (5,), 0) is inner
    for name, shape, resolution, words in (
        ("wavelet", SHAPE, 4, "parametrization=wavelet"),
        ("dct", (5,), 4, "needs images"),
        ("coarse", SHAPE, 0, "resolution=0"),
        ("dct", SHAPE, 9, "resolution=9"),
    ):
        with pytest.raises(ConfigError, match=words):
            in_basis(inner, name, shape, resolution)


def spread_inputs(count=400):
    """Inputs that vary along three directions by 5, 2 and 1, and hardly along others."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(24, 24)))[0][:3].reshape(3, 4, 3, 2)
    amounts = rng.normal(size=(count, 3)) * (5, 2, 1)
    noise = 0.01 * rng.normal(size=(count, 4, 3, 2))
    inputs = 0.7 + np.tensordot(amounts, axes, 1) + noise
    return inputs.astype(np.float32), axes


def test_principal_components_find_what_varies_most():
    inputs, axes = spread_inputs()
    mean, directions = principal_components(inputs, 3)
    np.testing.assert_allclose(mean, inputs.mean(0), atol=1e-5)
    gram = np.tensordot(directions, directions, ((1, 2, 3), (1, 2, 3)))
    np.testing.assert_allclose(gram, np.eye(3), atol=1e-5)
    overlap = np.abs(np.tensordot(directions, axes, ((1, 2, 3), (1, 2, 3))))
    np.testing.assert_allclose(overlap, np.eye(3), atol=0.1)


@pytest.mark.parametrize("inner", [FixedTargets(TARGETS), LearnedLabels()])
def test_components_keep_what_lies_in_their_span(inner):
    inputs, _ = spread_inputs()
    made = InComponents(inner, *map(jnp.asarray, principal_components(inputs, 3)))
    dataset = Dataset(jnp.asarray(inputs[:4]), TARGETS)
    candidate = made.encode(dataset)
    learned = TARGETS.size if isinstance(inner, LearnedLabels) else 0
    assert sum(leaf.size for leaf in jax.tree.leaves(candidate)) == 4 * 3 + learned
    decoded = made.decode(candidate)
    np.testing.assert_allclose(decoded.inputs, dataset.inputs, atol=0.1)
    again = made.decode(made.encode(decoded))
    np.testing.assert_allclose(again.inputs, decoded.inputs, atol=1e-5)
    np.testing.assert_allclose(again.targets, decoded.targets, atol=0.06)


def test_all_components_give_the_input_itself():
    inputs, _ = spread_inputs()
    made = InComponents(FixedTargets(TARGETS), *map(jnp.asarray, principal_components(inputs, 24)))
    dataset = Dataset(jax.random.normal(jax.random.key(0), (4, 4, 3, 2)), TARGETS)
    np.testing.assert_allclose(made.decode(made.encode(dataset)).inputs, dataset.inputs, atol=1e-4)


@pytest.mark.parametrize("count", [0, 25])
def test_a_count_of_components_outside_its_range_is_refused(count):
    with pytest.raises(ConfigError, match="components"):
        principal_components(spread_inputs()[0], count)
