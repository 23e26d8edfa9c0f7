"""A convolution as one matrix product, which is what a population of networks needs.

Under vmap every network has kernels of its own, and a library's convolution becomes a grouped one:
for a batch of two networks on two CPU cores it took four times as long as this, and its gradient
twenty times.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp


class Convolution(nn.Module):
    """A square convolution of images with "SAME" padding and stride 1.

    The weights are those of flax.linen.Conv: `kernel` [side, side, channels, filters] and `bias`
    [filters], drawn from the same keys.

    Attributes:
      filters: channels of the answer.
      side: height and width of the kernel.
      kernel_init: distribution of the kernel's initial weights; the bias starts at zero.
    """

    filters: int
    side: int
    kernel_init: nn.initializers.Initializer

    @nn.compact
    def __call__(self, images: jax.Array) -> jax.Array:
        """Images [batch, height, width, channels] to [batch, height, width, filters]."""
        shape = (self.side, self.side, images.shape[-1], self.filters)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros, (self.filters,))
        surroundings = patches(images, self.side)
        answers = surroundings @ kernel.reshape(-1, self.filters) + bias
        return answers.reshape(*images.shape[:-1], self.filters)


def patches(images: jax.Array, side: int) -> jax.Array:
    """What surrounds each pixel: [batch * height * width, side * side * channels].

    Args:
      images: [batch, height, width, channels]; beyond their edges everything is zero.
      side: of the square around a pixel; even ones reach further down and right.
    """
    _, height, width, channels = images.shape
    reach = ((side - 1) // 2, side // 2)
    padded = jnp.pad(images, ((0, 0), reach, reach, (0, 0)))
    shifted = [
        padded[:, down : down + height, right : right + width]
        for down in range(side)
        for right in range(side)
    ]
    return jnp.concatenate(shifted, axis=-1).reshape(-1, side * side * channels)
