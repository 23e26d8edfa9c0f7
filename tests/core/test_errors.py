"""Errors in one line."""

import jax.numpy as jnp
import pytest

from hadax.core.errors import failure, reason


def test_an_error_is_its_own_words_or_its_name():
    assert reason(FileNotFoundError(2, "No such file", "a.npz")) == "a.npz: No such file"
    assert reason(ValueError("first\nsecond")) == "first"
    assert reason(KeyboardInterrupt()) == "KeyboardInterrupt"


def test_a_failure_says_where_it_was_raised():
    try:
        raise ValueError("odd")
    except ValueError as error:
        told = failure(error)
    assert told.startswith("ValueError: odd (test_errors.py, line ")


def test_what_jax_raises_is_told_where_it_was_called():
    with pytest.raises(TypeError) as raised:
        jnp.ones(3) @ jnp.ones(4)
    told = failure(raised.value)
    assert told.startswith("TypeError: ")
    assert "(test_errors.py, line " in told
