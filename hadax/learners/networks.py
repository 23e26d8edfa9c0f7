"""Networks: multi-layer perceptron and convolutional network (flax.linen)."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import flax.linen as nn
import jax
import jax.numpy as jnp

from hadax.core.types import Key
from hadax.core.xla.sequential import one_after_another
from hadax.learners.kernels.convolution import Convolution
from hadax.learners.kernels.products import layer_product

ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "relu": nn.relu,
    "tanh": nn.tanh,
    "gelu": nn.gelu,
    "silu": nn.silu,
    "identity": lambda inputs: inputs,
}


def orthogonal(key: Key, shape: tuple[int, ...], dtype: Any = jnp.float32) -> jax.Array:
    """Orthogonal weights (Saxe et al., 2014, https://arxiv.org/abs/1312.6120).

    Args:
      key: one network's; under vmap matrices are decomposed one after another.
      shape: of the weights, at least two axes; the last are the outputs.
      dtype: of the weights.
    """
    draw = partial(nn.initializers.orthogonal(), shape=shape, dtype=dtype)
    return one_after_another(draw)(key)


INITIALIZERS: dict[str, nn.initializers.Initializer] = {
    "lecun_normal": nn.initializers.lecun_normal(),
    "lecun_uniform": nn.initializers.lecun_uniform(),
    "he_normal": nn.initializers.he_normal(),
    "glorot_uniform": nn.initializers.glorot_uniform(),
    "orthogonal": orthogonal,
}

Network: TypeAlias = "MLP | ConvNet"


class MLP(nn.Module):
    """Dense layers; inputs of any shape are flattened.

    Attributes:
      outputs: size of the last layer.
      width: units of each hidden layer.
      depth: hidden layers; 0 is a linear map.
      activation: one of ACTIVATIONS.
      initializer: one of INITIALIZERS, for the weights; biases start at zero.
      hidden_scale: factor on the hidden layers' initial weights; the square root of 2 keeps the
        size of relu's activations.
      output_scale: factor on the last layer's initial weights; small ones make a fresh network's
        answer near zero everywhere, so that what it was taught decides alone.
      log_std: whether a learned log standard deviation [outputs] follows the outputs.
      precision: one of hadax.learners.kernels.products.PRECISIONS.
    """

    outputs: int
    width: int = 64
    depth: int = 2
    activation: str = "tanh"
    initializer: str = "lecun_normal"
    hidden_scale: float = 1.0
    output_scale: float = 1.0
    log_std: bool = False
    precision: str = "float32"

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Outputs [batch, outputs], or [batch, 2 * outputs] with log_std, for [batch, *shape]."""
        hidden = inputs.reshape(inputs.shape[0], -1)
        activation = ACTIVATIONS[self.activation]
        initializer = INITIALIZERS[self.initializer]
        dense = partial(nn.Dense, dot_general=layer_product(self.precision))
        scaled = _scaled(initializer, self.hidden_scale)
        for _ in range(self.depth):
            hidden = activation(dense(self.width, kernel_init=scaled)(hidden))
        outputs = dense(self.outputs, kernel_init=_scaled(initializer, self.output_scale))(hidden)
        if not self.log_std:
            return outputs
        log_std = self.param("log_std", nn.initializers.zeros, (self.outputs,))
        return jnp.concatenate([outputs, jnp.broadcast_to(log_std, outputs.shape)], axis=-1)


class ConvNet(nn.Module):
    """Convolution blocks, then an MLP.

    A block is a 3x3 (or `kernel`) same-padded convolution, optional instance norm, the activation
    and an optional 2x2 average pool. Three blocks of 128 with both options and depth 0 make the
    ConvNet-3 that dataset distillation is usually measured on (Zhao & Bilen, 2021,
    https://arxiv.org/abs/2006.05929).

    Attributes:
      outputs, width, depth, activation, log_std, precision: as in MLP, for the dense part.
      initializer, hidden_scale, output_scale: as in MLP, convolutions being hidden layers.
      filters: channels of each block.
      kernel: side of the square kernels.
      instance_norm: whether each block normalises every channel of every image.
      average_pool: whether each block halves the image's sides.
    """

    outputs: int
    width: int = 128
    depth: int = 1
    activation: str = "relu"
    initializer: str = "lecun_normal"
    hidden_scale: float = 1.0
    output_scale: float = 1.0
    log_std: bool = False
    filters: tuple[int, ...] = (16,)
    kernel: int = 3
    instance_norm: bool = False
    average_pool: bool = False
    precision: str = "float32"

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Outputs as MLP's, for images [batch, height, width, channels]."""
        hidden = inputs
        for block, filters in enumerate(self.filters):
            kernel_init = _scaled(INITIALIZERS[self.initializer], self.hidden_scale)
            name = f"Conv_{block}"
            convolution = Convolution(filters, self.kernel, kernel_init, self.precision, name=name)
            hidden = convolution(hidden)
            if self.instance_norm:
                hidden = nn.GroupNorm(num_groups=None, group_size=1)(hidden)
            hidden = ACTIVATIONS[self.activation](hidden)
            if self.average_pool:
                hidden = nn.avg_pool(hidden, (2, 2), strides=(2, 2))
        return MLP(
            outputs=self.outputs,
            width=self.width,
            depth=self.depth,
            activation=self.activation,
            initializer=self.initializer,
            hidden_scale=self.hidden_scale,
            output_scale=self.output_scale,
            log_std=self.log_std,
            precision=self.precision,
        )(hidden)


def _scaled(initializer: nn.initializers.Initializer, scale: float) -> nn.initializers.Initializer:
    """The initialiser times a factor."""
    return lambda *arguments: scale * initializer(*arguments)
