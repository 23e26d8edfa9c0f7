"""Images from fewer numbers: a separable linear basis over rows and columns.

An evolution strategy needs fewer evaluations the fewer numbers it moves, and what networks are
taught by an image is mostly smooth.
"""

from dataclasses import replace
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from flax import struct
from numpy.typing import NDArray

from hadax.core.dataset import Dataset
from hadax.core.errors import require, require_choice, require_count
from hadax.core.parametrization import Parametrization
from hadax.core.types import Candidate

Matrix: TypeAlias = NDArray[np.float32]

PARAMETRIZATIONS: tuple[str, ...] = ("raw", "dct", "coarse")
"""Every entry of an input; the lowest frequencies of an image; an image of lower resolution."""


@struct.dataclass
class InBasis:
    """Inputs evolve as `resolution` x `resolution` coefficients a channel, not as pixels.

    Attributes:
      inner: what happens to the coefficients and to the targets.
      rows: basis [height, resolution].
      columns: basis [width, resolution].
    """

    inner: Parametrization
    rows: jax.Array
    columns: jax.Array

    def encode(self, dataset: Dataset) -> Candidate:
        """The candidate whose images are nearest to the dataset's."""
        to_rows, to_columns = jnp.linalg.pinv(self.rows), jnp.linalg.pinv(self.columns)
        inputs = jnp.einsum("nhwc,ih,jw->nijc", dataset.inputs, to_rows, to_columns)
        return self.inner.encode(replace(dataset, inputs=inputs))

    def decode(self, candidate: Candidate) -> Dataset:
        """The dataset of plain images [size, height, width, channels]."""
        dataset = self.inner.decode(candidate)
        inputs = jnp.einsum("nijc,hi,wj->nhwc", dataset.inputs, self.rows, self.columns)
        return replace(dataset, inputs=inputs)


def in_basis(
    inner: Parametrization, name: str, input_shape: tuple[int, ...], resolution: int
) -> Parametrization:
    """A parametrisation of the inputs on top of one of the targets.

    Args:
      inner: the parametrisation of the targets.
      name: one of PARAMETRIZATIONS.
      input_shape: shape of one input; images for all but "raw".
      resolution: coefficients a side, between 1 and the image's shorter side; unused by "raw".

    Raises:
      ConfigError: an unknown name, inputs that are no images, or a resolution outside its range.
    """
    require_choice("parametrization", name, PARAMETRIZATIONS)
    if name == "raw":
        return inner
    expected = f"needs images, but inputs have shape {input_shape}; use raw"
    require(len(input_shape) == 3, "parametrization", name, expected)
    height, width = input_shape[:2]
    require_count("resolution", resolution, 1, min(height, width))
    basis = low_frequencies if name == "dct" else upsampling
    return InBasis(
        inner=inner,
        rows=jnp.asarray(basis(height, resolution)),
        columns=jnp.asarray(basis(width, resolution)),
    )


def low_frequencies(size: int, count: int) -> Matrix:
    """The `count` slowest waves of the discrete cosine transform, type II: [size, count].

    Columns are orthonormal (Ahmed, Natarajan & Rao, "Discrete Cosine Transform", 1974).
    """
    positions, waves = np.arange(size)[:, None] + 0.5, np.arange(count)[None]
    basis = np.cos(np.pi * positions * waves / size)
    return np.asarray(basis / np.linalg.norm(basis, axis=0), np.float32)


def upsampling(size: int, count: int) -> Matrix:
    """Linear interpolation from `count` to `size` evenly spaced pixels: [size, count]."""
    positions = (np.arange(size) + 0.5) * count / size - 0.5
    coarse = np.arange(count)
    columns = [np.interp(positions, coarse, row) for row in np.eye(count)]
    return np.asarray(np.stack(columns, axis=1), np.float32)
