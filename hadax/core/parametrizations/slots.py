"""Slots: images that hold four smaller ones each, enlarged for training.

An image's fine detail teaches little; four coarse images in its place teach more (Kim et al.,
"Dataset Condensation via Efficient Synthetic-Data Parameterization", 2022,
https://arxiv.org/abs/2205.14959).
"""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.errors import require
from hadax.core.parametrizations.images import (
    Components,
    InBasis,
    Matrix,
    principal_components,
    upsampling,
)
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.settings.config import DistillationConfig

EXAMPLES_PER_SLOT = 4
"""Quarters of a slot: upper left, upper right, lower left, lower right."""

_SIDE = 2


def has_slots(config: DistillationConfig) -> bool:
    """Whether examples are in slots."""
    return config.parametrization == "multi"


def quarter_components(real_inputs: Matrix, count: int) -> Components:
    """What real images of half the height and width vary most in.

    All components are a rotation of all pixels, which an isotropic search does not feel; fewer
    leave out what real images hardly have, and the search has fewer numbers to find.

    Args:
      real_inputs: what to take components of, [number, height, width, channels].
      count: how many, between 1 and the numbers of a quarter.

    Raises:
      ConfigError: inputs that cannot be quarters, or more components than there are.
    """
    shape = real_inputs.shape[1:]
    images = len(shape) == 3 and not (shape[0] % _SIDE or shape[1] % _SIDE)
    expected = f"needs images of even height and width, but inputs have shape {shape}"
    require(images, "parametrization", "multi", expected)
    height, width, channels = shape
    parts = real_inputs.reshape(-1, height // _SIDE, _SIDE, width // _SIDE, _SIDE, channels)
    return principal_components(np.asarray(parts.mean((2, 4))), count)


def in_slots(inner: Parametrization, height: int, width: int) -> InBasis:
    """Examples as quarters of slots, which are enlarged to the slot's height and width.

    Args:
      inner: the parametrisation of quarters [height / 2, width / 2, channels], and of the targets.
      height, width: even.
    """
    return InBasis(
        inner=inner,
        rows=jnp.asarray(upsampling(height, height // _SIDE)),
        columns=jnp.asarray(upsampling(width, width // _SIDE)),
    )


def expanded(slots: jax.Array) -> jax.Array:
    """The examples in slots, each as large as a slot, by linear interpolation.

    Args:
      slots: [slots, height, width, channels]; height and width are even.

    Returns:
      Examples [4 * slots, height, width, channels], those of a slot side by side.
    """
    count, height, width, channels = slots.shape
    halves = (height // _SIDE, width // _SIDE)
    cut = slots.reshape(count, _SIDE, halves[0], _SIDE, halves[1], channels)
    quarters = cut.swapaxes(2, 3).reshape(-1, *halves, channels)
    rows, columns = upsampling(height, halves[0]), upsampling(width, halves[1])
    return jnp.einsum("nijc,hi,wj->nhwc", quarters, rows, columns)


def packed(examples: jax.Array) -> jax.Array:
    """The slots that `expanded` makes nearly these examples of.

    Args:
      examples: [4 * slots, height, width, channels]; height and width are even.

    Returns:
      Slots [slots, height, width, channels].
    """
    count, height, width, channels = examples.shape
    halves = (height // _SIDE, width // _SIDE)
    rows, columns = (
        np.linalg.pinv(upsampling(side, half))
        for side, half in ((height, halves[0]), (width, halves[1]))
    )
    quarters = jnp.einsum("nhwc,ih,jw->nijc", examples, rows, columns)
    grid = quarters.reshape(count // EXAMPLES_PER_SLOT, _SIDE, _SIDE, *halves, channels)
    return grid.swapaxes(2, 3).reshape(-1, height, width, channels)


def as_slots(dataset: Dataset) -> Dataset:
    """Examples [4 * slots, ...] as their slots [slots, ...], and the means of their targets."""
    targets = dataset.targets.reshape(-1, EXAMPLES_PER_SLOT, dataset.targets.shape[-1])
    return replace(dataset, inputs=packed(dataset.inputs), targets=targets.mean(1))


def slot_by_slot(dataset: Dataset) -> Dataset:
    """The same examples, those that are `slots` apart in one slot.

    Labels that take turns over the examples so take turns over the slots.

    Args:
      dataset: [4 * slots, ...] inputs and targets.
    """
    places = jnp.arange(dataset.size).reshape(EXAMPLES_PER_SLOT, -1).T.ravel()
    return replace(dataset, inputs=dataset.inputs[places], targets=dataset.targets[places])


def filling_slots(dataset: Dataset) -> Dataset:
    """Each of the examples [count, ...] in all quarters of a slot of its own: [4 * count, ...]."""
    inputs, targets = (
        jnp.repeat(array, EXAMPLES_PER_SLOT, axis=0) for array in (dataset.inputs, dataset.targets)
    )
    return replace(dataset, inputs=inputs, targets=targets)


def describe_size(examples: int, slots: bool) -> str:
    """How many examples there are, and in how many slots if in any: "10 slots, 40 examples".

    Args:
      examples: how many.
      slots: whether they are in slots.
    """
    told = f"{examples} examples"
    return f"{examples // EXAMPLES_PER_SLOT} slots, {told}" if slots else told
