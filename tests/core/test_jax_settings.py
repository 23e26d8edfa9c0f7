"""What hadax computes is the same under whatever settings of JAX's somebody chose."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax.core.jax_settings import USUAL, in_usual_settings, unusual, usual_settings

CHOSEN = {
    "jax_enable_x64": True,
    "jax_numpy_rank_promotion": "raise",
    "jax_numpy_dtype_promotion": "strict",
    "jax_default_prng_impl": "rbg",
    "jax_threefry_partitionable": False,
    "jax_debug_nans": True,
    "jax_debug_infs": True,
}
SMALL = {"generations": 2, "population": 4, "depth": 0, "score_networks": 2, "progress": False}


@pytest.fixture
def chosen():
    before = {name: jax.config.values[name] for name in CHOSEN}
    for name, value in CHOSEN.items():
        jax.config.update(name, value)
    yield
    for name, value in before.items():
        jax.config.update(name, value)


def found():
    """A search with what people do with its result."""
    distilled = hadax.distill("analytic/linear_regression", **SMALL)
    policy = distilled.fit(seed=1)
    inputs = np.linspace(-1, 1, 6).reshape(2, 3)
    return (
        np.asarray(distilled.dataset.inputs),
        distilled.score.mean,
        distilled.evaluate(seed=3, networks=2).mean,
        policy.act(inputs),
        np.asarray(policy(jnp.asarray(inputs))),
    )


def test_every_setting_can_be_chosen():
    assert CHOSEN.keys() == USUAL.keys()
    assert unusual() == ()


def test_a_search_is_the_same_and_the_settings_are_left_as_they_were(chosen):
    chosen_result = found()
    assert set(unusual()) == set(CHOSEN)
    with usual_settings():
        usual_result = found()
    for one, other in zip(chosen_result, usual_result, strict=True):
        np.testing.assert_array_equal(one, other)
        assert np.asarray(one).dtype == np.asarray(other).dtype


def test_a_function_keeps_its_name_and_its_errors(chosen):
    @in_usual_settings
    def function(size):
        return jnp.zeros(size) + 1.5

    assert function.__name__ == "function"
    assert function(2).dtype == jnp.float32
    with pytest.raises(TypeError):
        function("a")
    assert set(unusual()) == set(CHOSEN)
