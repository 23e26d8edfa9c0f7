"""Where a search for images begins."""

from collections.abc import Callable
from typing import TypeAlias

import jax
import numpy as np
from numpy.typing import NDArray

from hadax.core.types import Key
from hadax.tasks.supervised.images import Bytes

Start: TypeAlias = Callable[[Key, Bytes, Bytes, NDArray[np.int64]], NDArray[np.float64]]
"""Key, real pixels and labels, and the wanted classes [size], to images [size, ...] in 0 to 255."""


def zeros(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Black images."""
    del key, labels
    return np.zeros((len(classes), *pixels.shape[1:]))


def class_means(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Means of each class: where a class has several images, of as many random parts of it."""
    images = zeros(key, pixels, labels, classes)
    for label in np.unique(classes):
        places = np.flatnonzero(classes == label)
        members = _members(key, labels, int(label), len(places))
        parts = np.array_split(members, len(places))
        images[places] = [pixels[part].mean(0, dtype=np.float64) for part in parts]
    return images


def samples(
    key: Key, pixels: Bytes, labels: Bytes, classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Real images, drawn without repetition within a class where it has enough."""
    images = zeros(key, pixels, labels, classes)
    for label in np.unique(classes):
        places = np.flatnonzero(classes == label)
        images[places] = pixels[_members(key, labels, int(label), len(places))[: len(places)]]
    return images


INITIALIZATIONS: dict[str, Start] = {"mean": class_means, "sample": samples, "zeros": zeros}
"""Starts by name."""


def _members(key: Key, labels: Bytes, label: int, least: int) -> NDArray[np.int64]:
    """The places of a class's images in random order, repeated until there are enough."""
    places = np.flatnonzero(labels == label)
    seed = np.asarray(jax.random.key_data(jax.random.fold_in(key, label)))
    shuffled = np.random.default_rng(seed).permutation(places)
    return np.resize(shuffled, max(least, len(places)))
