"""Labelled images as they lie on disk, and what is said of files that do not hold them."""

from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import UsageError

Bytes: TypeAlias = NDArray[np.uint8]

SPLITS: tuple[str, ...] = ("train", "test")
"""What a search may see, and what only a final measurement may."""


class DataError(UsageError):
    """Real data that cannot be had, or is not what it should be; says what to do."""


class Images(NamedTuple):
    """One split.

    Attributes:
      pixels: brightness from 0 to 255, uint8 [count, height, width, channels].
      labels: classes, uint8 [count].
    """

    pixels: Bytes
    labels: Bytes


class ImageSource(Protocol):
    """Where a task's images come from; hashable, for it is a static part of the task."""

    def load(self, split: str) -> Images:
        """The images of a split, one of SPLITS.

        Raises:
          UsageError: they cannot be had.
        """


def empty(input_shape: tuple[int, ...]) -> Images:
    """No images, of shape [0, *input_shape]."""
    return Images(np.zeros((0, *input_shape), np.uint8), np.zeros(0, np.uint8))


def check_pairs(name: str, images: Images, input_shape: tuple[int, ...], classes: int) -> None:
    """Refuses a split whose images and labels do not belong together.

    Raises:
      DataError: other shapes than those expected, no images, or a label that is no class.
    """
    pixels, labels = images
    if pixels.shape[1:] != input_shape or len(pixels) != len(labels) or not len(labels):
        raise DataError(
            f"{name}: images {pixels.shape} and labels {labels.shape},"
            f" must be as many of each and images of {input_shape}"
        )
    if labels.max() >= classes:
        raise DataError(f"{name}: has label {labels.max()}, must be classes 0 to {classes - 1}")
