"""Images and classes as people give them: looked at once, and made what a task computes with."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import require

_WHOLE = "iu"

# As many classes as a byte tells apart.
_BYTE = 256


def is_given(array: object) -> bool:
    """Whether there are numbers to look at: not so where JAX traces, or passes shapes around."""
    known = isinstance(array, np.ndarray | jax.Array | list | tuple)
    return known and not isinstance(array, jax.core.Tracer)


def check_outline(input_shape: object, class_names: object) -> None:
    """Refuses what can be no image's shape, or no classes' names.

    Args:
      input_shape: height, width, channels.
      class_names: at least two texts, each of them once.

    Raises:
      ConfigError: one of them is something else.
    """
    sizes = input_shape if isinstance(input_shape, tuple) else ()
    sound = len(sizes) == 3 and all(isinstance(size, int) and size > 0 for size in sizes)
    expected = "must be height, width and channels, as (28, 28, 1)"
    require(sound, "input_shape", repr(input_shape), expected)
    names = class_names if isinstance(class_names, tuple) else ()
    sound = len(names) > 1 and all(isinstance(name, str) for name in names)
    require(sound, "class_names", repr(class_names), "must be a tuple of two texts or more")
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    require(twice is None, "class_names", repr(class_names), f"has {twice!r} twice")


def checked_pixels(given: Any, input_shape: tuple[int, ...]) -> jax.Array:
    """Images as uint8 [count, *input_shape].

    Args:
      given: whole numbers of any kind, NumPy's or JAX's, [count, *input_shape].
      input_shape: height, width, channels.

    Raises:
      ConfigError: another shape, or numbers that are no brightness from 0 to 255.
    """
    pixels = np.asarray(given)
    whole = "must be whole numbers from 0 to 255"
    hint = f"{whole}; of brightness from 0 to 1, np.rint(255 * pixels).astype(np.uint8)"
    require(pixels.dtype.kind in _WHOLE, "pixels", _kind(pixels), hint)
    shaped = pixels.ndim == 1 + len(input_shape) and pixels.shape[1:] == input_shape
    wanted = f"(count, {', '.join(map(str, input_shape))})"
    require(shaped, "pixels", _kind(pixels), f"must have shape {wanted}, as input_shape says")
    _require_range("pixels", pixels, 255, whole)
    # What is on a device already, and of that kind, stays there.
    return given if isinstance(given, jax.Array) and given.dtype == np.uint8 else _bytes(pixels)


def checked_classes(given: Any, count: int, classes: int) -> jax.Array:
    """Labels as uint8 [count]; int32 where a byte is too small.

    Args:
      given: whole numbers of any kind, NumPy's or JAX's, [count].
      count: how many images there are.
      classes: how many classes.

    Raises:
      ConfigError: another shape, or labels that are no classes.
    """
    labels = np.asarray(given)
    wanted = f"must be whole numbers from 0 to {classes - 1}, each a place in class_names"
    require(labels.dtype.kind in _WHOLE, "classes", _kind(labels), wanted)
    expected = f"must have shape ({count},), one for each image"
    require(labels.shape == (count,), "classes", _kind(labels), expected)
    _require_range("classes", labels, classes - 1, wanted)
    kind = np.uint8 if classes <= _BYTE else np.int32
    return (
        given if isinstance(given, jax.Array) and given.dtype == kind else jnp.asarray(labels, kind)
    )


def _bytes(pixels: NDArray[Any]) -> jax.Array:
    return jnp.asarray(pixels.astype(np.uint8, copy=False))


def _require_range(name: str, array: NDArray[Any], most: int, expected: str) -> None:
    """Refuses numbers below 0 or above `most`."""
    if array.size and not (array.dtype == np.uint8 and most >= _BYTE - 1):
        low, high = array.min(), array.max()
        require(low >= 0 and high <= most, name, f"{low} to {high}", expected)


def _kind(array: NDArray[Any]) -> str:
    """An array in words."""
    return f"{array.dtype} of shape {array.shape}"
