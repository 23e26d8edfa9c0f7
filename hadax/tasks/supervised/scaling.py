"""From images' brightness to what a network sees, channel by channel, and back."""

from typing import Any

import jax
import jax.numpy as jnp
from flax import struct
from numpy.typing import NDArray

from hadax.core.types import TaskState
from hadax.tasks.spread import SMALLEST_STD

# No normalised pixel comes near it; brightness up to 255 does.
_BRIGHT = 50


@struct.dataclass
class Scaling:
    """What is done to brightness in [0, 1] before a network sees it; frozen into the artifact.

    Attributes:
      mean: subtracted, [channels].
      std: divided by, [channels].
    """

    mean: jax.Array
    std: jax.Array


def takes_brightness(state: TaskState) -> bool:
    """Whether a task in this state, of arrays or of their shapes, is given brightness 0 to 255."""
    return isinstance(state, Scaling)


def reaches_bytes(images: NDArray[Any]) -> bool:
    """Whether numbers [...], at least one, look like brightness 0 to 255, not 0 to 1 or scaled."""
    return bool(images.min() >= 0 and images.max() > _BRIGHT)


def no_scaling(channels: int) -> Scaling:
    """Leaves brightness in [0, 1] as it is."""
    return Scaling(jnp.zeros(channels), jnp.ones(channels))


@jax.jit
def scaling_of(pixels: jax.Array) -> Scaling:
    """Makes images [count, height, width, channels] of mean 0 and standard deviation 1.

    Moments of brightness in [0, 1], by way of each image's own.
    """
    brightness = pixels.astype(jnp.float32) / 255
    means, squares = (each.mean((1, 2)) for each in (brightness, jnp.square(brightness)))
    mean = means.mean(0)
    variance = jnp.maximum(squares.mean(0) - jnp.square(mean), 0.0)
    return Scaling(mean, jnp.maximum(jnp.sqrt(variance), SMALLEST_STD))


def scale(scaling: Scaling, images: jax.Array) -> jax.Array:
    """Images [batch, height, width, channels] of brightness 0 to 255 as a network sees them."""
    return (images / 255 - scaling.mean) / scaling.std


def unscale(scaling: Scaling, inputs: jax.Array) -> jax.Array:
    """The brightness in [0, 1] behind what a network sees, [batch, height, width, channels]."""
    return inputs * scaling.std + scaling.mean
