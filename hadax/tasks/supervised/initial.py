"""Where a search for images begins."""

from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import numpy as np
from numpy.typing import NDArray

from hadax.core.types import Key
from hadax.tasks.supervised.sources.images import Bytes

Start: TypeAlias = Callable[[Key, Bytes, Bytes, NDArray[np.int64]], NDArray[np.float64]]
"""Key, real pixels and labels, and the wanted classes [size], to images [size, ...] in 0 to 255."""


def zeros(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Black images, whatever the real ones are.

    Args:
      key: decides what is drawn at random, here nothing.
      pixels: real images, [count, height, width, channels].
      labels: their classes, [count].
      classes: the class wanted of each new image, [size].

    Returns:
      Brightness from 0 to 255, [size, height, width, channels].
    """
    del key, labels
    return np.zeros((len(classes), *pixels.shape[1:]))


def class_means(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Means of each class: where a class has several images, of as many random parts of it.

    Args:
      key, pixels, labels, classes: as `zeros` takes them.

    Returns:
      Brightness from 0 to 255, [size, height, width, channels].
    """

    def means(members: Bytes, count: int) -> list[NDArray[np.float64]]:
        return [part.mean(0, dtype=np.float64) for part in np.array_split(members, count)]

    return _class_by_class(means, key, pixels, labels, classes)


def samples(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Real images, drawn without repetition within a class where it has enough.

    Args:
      key, pixels, labels, classes: as `zeros` takes them.

    Returns:
      Brightness from 0 to 255, [size, height, width, channels].
    """
    return _class_by_class(lambda members, count: members[:count], key, pixels, labels, classes)


INITIALIZATIONS: dict[str, Start] = {"mean": class_means, "sample": samples, "zeros": zeros}
"""Starts by name."""


def _class_by_class(
    choose: Callable[[Bytes, int], Any],
    key: Key,
    pixels: Bytes,
    labels: Bytes,
    classes: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Images [size, ...] that `choose` makes of a class's own, shuffled, and how many are wanted.

    A class with too few images is repeated until there are enough.
    """
    images = zeros(key, pixels, labels, classes)
    for label in np.unique(classes):
        wanted, members = np.flatnonzero(classes == label), np.flatnonzero(labels == label)
        seed = np.asarray(jax.random.key_data(jax.random.fold_in(key, int(label))))
        shuffled = np.random.default_rng(seed).permutation(members)
        enough = np.resize(shuffled, max(len(wanted), len(members)))
        images[wanted] = choose(pixels[enough], len(wanted))
    return images
