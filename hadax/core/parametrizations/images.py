"""Images from fewer numbers: a linear basis over rows and columns, or over what real ones vary in.

An evolution strategy needs fewer evaluations the fewer numbers it moves, and what networks are
taught by an image is mostly smooth, and mostly like what they are to tell apart.
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
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.settings.config import BASES
from hadax.core.types import Candidate

Matrix: TypeAlias = NDArray[np.float32]

Components: TypeAlias = tuple[Matrix, Matrix]
"""A centre [*input_shape], and orthonormal directions from it, [components, *input_shape]."""


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


@struct.dataclass
class InComponents:
    """Inputs evolve as coefficients of directions around a centre, not entry by entry.

    Attributes:
      inner: what happens to the coefficients and to the targets.
      centre: the input whose coefficients are zero, [*input_shape].
      directions: orthonormal inputs, [components, *input_shape].
    """

    inner: Parametrization
    centre: jax.Array
    directions: jax.Array

    def encode(self, dataset: Dataset) -> Candidate:
        """The candidate whose inputs are nearest to the dataset's."""
        axes = self.centre.ndim
        inputs = jnp.tensordot(dataset.inputs - self.centre, self._last(), axes)
        return self.inner.encode(replace(dataset, inputs=inputs))

    def decode(self, candidate: Candidate) -> Dataset:
        """The dataset of plain inputs [size, *input_shape]."""
        dataset = self.inner.decode(candidate)
        inputs = self.centre + jnp.tensordot(dataset.inputs, self.directions, 1)
        return replace(dataset, inputs=inputs)

    def _last(self) -> jax.Array:
        return jnp.moveaxis(self.directions, 0, -1)


def in_basis(
    inner: Parametrization, name: str, input_shape: tuple[int, ...], resolution: int
) -> Parametrization:
    """A parametrisation of the inputs on top of one of the targets.

    Args:
      inner: the parametrisation of the targets.
      name: one of BASES.
      input_shape: shape of one input; images for all but "raw".
      resolution: coefficients a side, between 1 and the image's shorter side; unused by "raw".

    Raises:
      ConfigError: an unknown name, inputs that are no images, or a resolution outside its range.
    """
    require_choice("parametrization", name, BASES)
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


def principal_components(inputs: Matrix, count: int) -> Components:
    """The mean of inputs, and the directions that they vary most in.

    Their signs, and those of equal variance, are the linear algebra library's choice on this CPU.

    Args:
      inputs: one a row, [number, *input_shape].
      count: how many directions, between 1 and the entries of an input.

    Returns:
      The mean [*input_shape], and orthonormal directions [count, *input_shape], the largest
      variance first (Pearson, "On lines and planes of closest fit", 1901).

    Raises:
      ConfigError: a count outside its range.
    """
    shape = inputs.shape[1:]
    flat = inputs.reshape(len(inputs), -1)
    require_count("components", count, 1, flat.shape[1])
    mean = flat.mean(0)
    centred = flat - mean
    _, directions = np.linalg.eigh(centred.T @ centred / len(flat))
    largest = directions.T[::-1][:count]
    return mean.reshape(shape), np.asarray(largest, np.float32).reshape(-1, *shape)


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
