"""Errors in one line."""

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
