"""Networks: multi-layer perceptron and convolutional network (flax.linen)."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import flax.linen as nn
import jax
import jax.numpy as jnp

from hadax.core.errors import require
from hadax.core.types import Key
from hadax.core.xla.sequential import one_after_another
from hadax.learners.config import NetworkConfig
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

    Returns:
      Weights [*shape].
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

    Weights are drawn by `config.initializer`; biases start at zero. A `hidden_scale` of the square
    root of 2 keeps the size of relu's activations, and a small `output_scale` makes a fresh
    network's answer near zero everywhere, so that what it was taught decides alone.

    Attributes:
      outputs: size of the last layer.
      config: width, depth, activation and the rest.
      log_std: whether a learned log standard deviation [outputs] follows the outputs.
    """

    outputs: int
    config: NetworkConfig = NetworkConfig()
    log_std: bool = False

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Outputs [batch, outputs], or [batch, 2 * outputs] with log_std, for [batch, *shape]."""
        config = self.config
        hidden = inputs.reshape(inputs.shape[0], -1)
        activation = ACTIVATIONS[config.activation]
        initializer = INITIALIZERS[config.initializer]
        dense = partial(nn.Dense, dot_general=layer_product(config.precision))
        scaled = _scaled(initializer, config.hidden_scale)
        for _ in range(config.depth):
            hidden = activation(dense(config.width, kernel_init=scaled)(hidden))
        last = _scaled(initializer, config.output_scale)
        outputs = dense(self.outputs, kernel_init=last)(hidden)
        log_std = None
        if self.log_std:
            log_std = self.param("log_std", nn.initializers.zeros, (self.outputs,))
        return with_log_std(outputs, log_std)


class ConvNet(nn.Module):
    """Convolution blocks, then an MLP.

    A block is a 3x3 (or `kernel`) same-padded convolution, optional instance norm, the activation
    and an optional 2x2 average pool. Three blocks of 128 with both options and depth 0 make the
    ConvNet-3 that dataset distillation is usually measured on (Zhao & Bilen, 2021,
    https://arxiv.org/abs/2006.05929).

    Attributes:
      outputs, log_std: as in MLP, for the dense part.
      config: as in MLP, convolutions being hidden layers; and the blocks' own.
    """

    outputs: int
    config: NetworkConfig = NetworkConfig(network="conv")
    log_std: bool = False

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Outputs as MLP's, for images [batch, height, width, channels]."""
        config, hidden = self.config, inputs
        kernel_init = _scaled(INITIALIZERS[config.initializer], config.hidden_scale)
        for block, filters in enumerate(config.filters):
            hidden = Convolution(
                filters, config.kernel, kernel_init, config.precision, name=f"Conv_{block}"
            )(hidden)
            if config.instance_norm:
                hidden = nn.GroupNorm(num_groups=None, group_size=1)(hidden)
            hidden = ACTIVATIONS[config.activation](hidden)
            if config.average_pool:
                hidden = nn.avg_pool(hidden, (2, 2), strides=(2, 2))
        return MLP(self.outputs, config, self.log_std)(hidden)


def make_network(
    config: NetworkConfig, input_shape: tuple[int, ...], outputs: int, log_std: bool
) -> Network:
    """The network that the settings describe.

    Args:
      config: its settings.
      input_shape: shape of one input; an image [height, width, channels] for "conv".
      outputs: size of the last layer.
      log_std: whether a learned log standard deviation follows the outputs.

    Raises:
      ConfigError: the network cannot take the inputs.
    """
    if config.network == "mlp":
        return MLP(outputs, config, log_std)
    expected = f"needs images, but inputs have shape {input_shape}; use mlp"
    require(len(input_shape) == 3, "network", "conv", expected)
    if config.average_pool:
        blocks = len(config.filters)
        smallest = min(input_shape[:2]) // 2**blocks
        expected = f"{blocks} blocks that halve an image of {input_shape} leave nothing of it"
        require(smallest >= 1, "average_pool", True, expected)
    return ConvNet(outputs, config, log_std)


def with_log_std(outputs: jax.Array, log_std: jax.Array | None) -> jax.Array:
    """A network's outputs, each followed by the same log standard deviations.

    Args:
      outputs: [batch, outputs].
      log_std: [outputs]; None for none.

    Returns:
      Shape [batch, 2 * outputs], or the outputs themselves without standard deviations.
    """
    if log_std is None:
        return outputs
    return jnp.concatenate([outputs, jnp.broadcast_to(log_std, outputs.shape)], axis=-1)


def _scaled(initializer: nn.initializers.Initializer, scale: float) -> nn.initializers.Initializer:
    """The initialiser times a factor."""
    return lambda *arguments: scale * initializer(*arguments)
