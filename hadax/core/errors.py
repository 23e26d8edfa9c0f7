"""What is said of settings and files that cannot work, and the bounds that all settings share."""

import operator
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from hadax.core.words.names import as_given, printable, spelled

MOST_STEPS = 2**31 - 1
"""Most steps or generations: int32 counts them."""

MOST_ENTRIES = 2**20
"""Most candidates or examples: beyond this it is a slip of the hand, not a search."""

LARGEST = 1e6
"""Largest step or standard deviation: float32 results survive it."""


OUT_OF_MEMORY = "out of memory; try a smaller chunk, population, width or dataset"
"""What `told` says where `out_of_memory` holds."""


class UsageError(ValueError):
    """What the caller passed cannot work; the message is one line that says what would be right.

    Examples:
      >>> import hadax
      >>> hadax.register("analytic/linear_regression", "elsewhere:make")
      Traceback (most recent call last):
      hadax.core.errors.UsageError: task analytic/linear_regression is registered already; ...
    """

    def __init__(self, message: str) -> None:
        # Values and files that others made are quoted in it: no escape code, no second line.
        super().__init__(printable(message))


class ConfigError(UsageError):
    """A setting that cannot work; its value is told as it is typed.

    Attributes:
      name: the setting's name, the same as its flag's.
      value: what was given.
      expected: what would be right, in words.

    Examples:
      >>> import hadax
      >>> hadax.Strategy(population=5)
      Traceback (most recent call last):
      hadax.core.errors.ConfigError: population=5: must be even: Open_ES samples in antithetic pairs
    """

    def __init__(self, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name}={spelled(value)}: {expected}")
        self.name = name
        self.value = value
        self.expected = expected


class ArtifactError(UsageError):
    """A file that is not a hadax artifact, is damaged, or contradicts itself.

    Examples:
      >>> import hadax
      >>> hadax.load(b"no artifact")
      Traceback (most recent call last):
      hadax.core.errors.ArtifactError: content: not a whole safetensors file (Error ...)
    """


class UnreadableError(ArtifactError):
    """A file whose content could not be read: it is gone, no file, or storage refused it just now.

    What is in it may be whole.
    """


class HadaxWarning(UserWarning):
    """What works, but not as well as it might; the message is one line that says what to do.

    Examples:
      >>> import hadax, numpy as np, warnings
      >>> reader = hadax.zoo.load("supervised/digits").fit(seed=0)
      >>> with warnings.catch_warnings():
      ...     warnings.simplefilter("error", hadax.HadaxWarning)
      ...     reader.act(np.ones((8, 8)))
      Traceback (most recent call last):
      hadax.core.errors.HadaxWarning: these inputs do not look like images of brightness 0 to 255...
    """


def require(condition: bool, name: str, value: object, expected: str) -> None:
    """Raises ConfigError unless the condition holds.

    Args:
      condition: what must be true.
      name: the setting's, the same as its flag's.
      value: what was given.
      expected: what would be right, in words.
    """
    if not condition:
        raise ConfigError(name, value, expected)


def refuse_given(given: Mapping[str, object], expected: str) -> None:
    """Raises ConfigError, which names the first of them, where any settings are given.

    Args:
      given: values by the settings' names.
      expected: what would be right, in words.
    """
    first = next(iter(given), None)
    if first is not None:
        raise ConfigError(first, given[first], expected)


def require_count(name: str, value: int, least: int, most: int = MOST_STEPS) -> None:
    """Raises ConfigError unless `value` is whole, and between `least` and `most`, both allowed."""
    expected = f"must be in [{least}, {most}]"
    try:
        whole = operator.index(value)
    except TypeError as error:
        raise ConfigError(name, as_given(value), f"{expected}, a whole number") from error
    require(least <= whole <= most, name, value, expected)


def require_flag(name: str, value: object) -> None:
    """Raises ConfigError unless the `value` is true or false, or 1 or 0."""
    require(isinstance(value, bool | int), name, value, "must be true or false")


def require_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises ConfigError, listing the `choices`, unless the `value` is one of them."""
    require(
        isinstance(value, str) and value in choices,
        name,
        value,
        f"must be one of {', '.join(choices)}",
    )


def out_of_memory(error: BaseException) -> bool:
    """Whether an error is the device's or the host's want of memory."""
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)


def reason(error: BaseException) -> str:
    """An error in one line: its own words, or its name where it has none."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    words = str(error).strip()
    return words.splitlines()[0] if words else type(error).__name__


def told(error: BaseException) -> str:
    """An error in one line: what to do where memory ran out, else as `reason` has it."""
    return OUT_OF_MEMORY if out_of_memory(error) else reason(error)


def failure(error: BaseException) -> str:
    """An error of others' code in one line: its kind, its words, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    # What JAX raises is told where it was called: a line of JAX says nothing of the plug-in.
    frame = next((frame for frame in reversed(frames) if not _in_jax(frame.filename)), None)
    where = f" ({Path(frame.filename).name}, line {frame.lineno})" if frame else ""
    kind, words = type(error).__name__, reason(error)
    return f"{kind if words == kind else f'{kind}: {words}'}{where}"


def _in_jax(filename: str) -> bool:
    """Whether a file is one of JAX's own; JAX is not imported to find out."""
    jax = sys.modules.get("jax")
    home = jax and jax.__file__
    return bool(home) and Path(filename).is_relative_to(Path(str(home)).parent)
