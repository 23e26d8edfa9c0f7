"""What lanes cannot do is left to vmap, with one warning."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hadax.core.errors import HadaxWarning
from hadax.core.xla.lanes import execute, fallback, transform
from hadax.core.xla.lanes.rules import table
from hadax.core.xla.lanes.transform import lanes

VECTORS = jax.random.normal(jax.random.key(1), (8, 4, 3))


def function(x):
    turned = jnp.cross(x[0], x[1])
    return jax.lax.scan(lambda carry, row: (carry + row @ x.T, carry.sum()), turned[0] + x[:, 0], x)


@pytest.fixture(autouse=True)
def _nothing_was_said(monkeypatch):
    monkeypatch.setattr(fallback, "_SAID", set())


def fail(*arguments, **params):
    raise RuntimeError("a rule that has a fault\nand says much")


def break_rule(monkeypatch, primitive):
    monkeypatch.setitem(table.RULES, primitive, fail)


def lowered_afresh(batch):
    return jax.jit(jax.vmap(lanes(function)))(batch)


@pytest.mark.parametrize("primitive", ["mul", "dot_general"])
def test_a_rule_that_raises_gives_the_same_results_and_one_warning(primitive, monkeypatch):
    break_rule(monkeypatch, primitive)
    expected = jax.jit(jax.vmap(function))(VECTORS)
    with pytest.warns(HadaxWarning) as caught:
        results = [lowered_afresh(VECTORS), lowered_afresh(jnp.concatenate([VECTORS, VECTORS]))]
    for leaf, wanted in zip(jax.tree.leaves(results[0]), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(leaf, wanted, rtol=1e-6)
    for leaf, wanted in zip(jax.tree.leaves(results[1]), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(leaf[8:], wanted, rtol=1e-6)
    (warning,) = caught
    message = str(warning.message)
    for words in (primitive, "RuntimeError: a rule that has a fault", "HADAX_PLAIN=1", "jax.vmap"):
        assert words in message
    assert "\n" not in message


def test_a_program_that_cannot_be_read_is_left_to_vmap(monkeypatch):
    monkeypatch.setattr(execute, "inline", fail)
    expected = jax.vmap(function)(VECTORS)
    with pytest.warns(HadaxWarning, match="lanes failed at the program"):
        result = lowered_afresh(VECTORS)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), result, expected)


def test_nothing_is_said_where_lanes_do():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lowered_afresh(VECTORS)


def test_what_fails_under_vmap_too_is_not_hidden(monkeypatch):
    break_rule(monkeypatch, "mul")
    monkeypatch.setattr(transform, "_lowered_as_vmap", fail)
    with (
        pytest.warns(HadaxWarning),
        pytest.raises(RuntimeError, match="a rule that has a fault"),
    ):
        lowered_afresh(VECTORS)
