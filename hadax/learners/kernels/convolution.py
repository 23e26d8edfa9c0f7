"""A convolution without a library's own, which is what a population of networks needs.

Under vmap every network has kernels of its own, and a library's convolution becomes a grouped one:
for a batch of two networks on two CPU cores it took four times as long as one matrix product, and
its gradient twenty times.
"""

import math
from functools import partial
from typing import Any

import flax.linen as nn
import jax
import jax.numpy as jnp

from hadax.core.xla.barrier import optimization_barrier
from hadax.core.xla.plain import plain
from hadax.core.xla.rounding import rounded_to_bfloat16
from hadax.learners.kernels.products import matrix_product, rounds

_FEW_CHANNELS = 3
"""Grey or coloured images: with more, a matrix product is quicker than a sum of shifted images."""


class Convolution(nn.Module):
    """A square convolution of images with "SAME" padding and stride 1.

    The weights are those of flax.linen.Conv: `kernel` [side, side, channels, filters] and `bias`
    [filters], drawn from the same keys.

    Attributes:
      filters: channels of the answer.
      side: height and width of the kernel.
      kernel_init: distribution of the kernel's initial weights; the bias starts at zero.
      precision: one of hadax.learners.config.PRECISIONS.
    """

    filters: int
    side: int
    kernel_init: nn.initializers.Initializer
    precision: str = "float32"

    @nn.compact
    def __call__(self, images: jax.Array) -> jax.Array:
        """Images [batch, height, width, channels] to [batch, height, width, filters].

        Images of another type, as a board of integers, become of the weights'.
        """
        shape = (self.side, self.side, images.shape[-1], self.filters)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros, (self.filters,))
        images = jnp.asarray(images, kernel.dtype)
        if plain():
            return _plain(images, kernel, bias, self.precision)
        few = images.shape[-1] <= _FEW_CHANNELS
        convolve = _of_few_channels if few else _as_product
        return convolve(images, kernel, bias, self.precision)


def patches(images: jax.Array, side: int) -> jax.Array:
    """What surrounds each pixel: [batch * height * width, side * side * channels].

    Args:
      images: [batch, height, width, channels]; beyond their edges everything is zero.
      side: of the square around a pixel; even ones reach further down and right.
    """
    around = jnp.concatenate(_shifted(images, side), axis=-1)
    return around.reshape(-1, side * side * images.shape[-1])


def _plain(images: jax.Array, kernel: jax.Array, bias: jax.Array, precision: str) -> jax.Array:
    """The library's own convolution."""
    images, kernel = _rounded(images, kernel, precision)
    order = ("NHWC", "HWIO", "NHWC")
    convolved = jax.lax.conv_general_dilated(
        images, kernel, (1, 1), "SAME", dimension_numbers=order
    )
    return convolved + bias


def _rounded(images: jax.Array, kernel: jax.Array, precision: str) -> tuple[jax.Array, jax.Array]:
    """Both as the matrix product of this convolution takes them."""
    pixels = math.prod(images.shape[:-1])
    if rounds(pixels, kernel.reshape(-1, kernel.shape[-1]), precision):
        return rounded_to_bfloat16(images), rounded_to_bfloat16(kernel)
    return images, kernel


def _as_product(images: jax.Array, kernel: jax.Array, bias: jax.Array, precision: str) -> jax.Array:
    """One matrix product of every pixel's surroundings with the kernel."""
    filters = kernel.shape[-1]
    surroundings = patches(images, kernel.shape[0])
    answers = matrix_product(surroundings, kernel.reshape(-1, filters), precision) + bias
    return answers.reshape(*images.shape[:-1], filters)


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def _of_few_channels(
    images: jax.Array, kernel: jax.Array, bias: jax.Array, precision: str
) -> jax.Array:
    """The same, quicker on a CPU where no gradient is wanted."""
    answers: jax.Array = jax.lax.platform_dependent(
        images,
        kernel,
        bias,
        cpu=partial(_image_by_image, precision=precision),
        default=partial(_as_product, precision=precision),
    )
    return answers


def _forward(
    images: jax.Array, kernel: jax.Array, bias: jax.Array, precision: str
) -> tuple[jax.Array, Any]:
    product = partial(_as_product, precision=precision)
    return jax.vjp(product, images, kernel, bias)


def _backward(
    precision: str, gradient: Any, cotangent: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array]:
    del precision
    of_images, of_kernel, of_bias = gradient(cotangent)
    return of_images, of_kernel, of_bias


_of_few_channels.defvjp(_forward, _backward)


def _image_by_image(
    images: jax.Array, kernel: jax.Array, bias: jax.Array, precision: str
) -> jax.Array:
    """A sum of shifted images, each answer written once: patches are nine times as large.

    One image at a time is what makes it quick: whatever follows the loop XLA cannot merge into it,
    and so computes the sum along the filters, in vectors.
    """
    images, kernel = _rounded(images, kernel, precision)
    side, channels = kernel.shape[0], images.shape[-1]

    def one(image: jax.Array) -> jax.Array:
        total = bias
        places = kernel.reshape(side * side, channels, -1)
        for shifted, weights in zip(_shifted(image[None], side), places, strict=True):
            for channel in range(channels):
                total = total + shifted[0, ..., channel : channel + 1] * weights[channel]
        return total

    return jax.lax.map(one, images)


def _shifted(images: jax.Array, side: int) -> list[jax.Array]:
    """The images as each place of a kernel [side, side] meets them, row by row."""
    _, height, width, _ = images.shape
    reach = ((side - 1) // 2, side // 2)
    # Without the barrier XLA would look for every pixel's edge within the loop that uses it.
    padded = optimization_barrier(jnp.pad(images, ((0, 0), reach, reach, (0, 0))))
    return [
        padded[:, down : down + height, right : right + width]
        for down in range(side)
        for right in range(side)
    ]
