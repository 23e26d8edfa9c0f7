"""The synthetic dataset: what distillation evolves and what a run leaves behind."""

import jax
import jax.numpy as jnp
from flax import struct


@struct.dataclass
class Dataset:
    """A handful of synthetic examples.

    Attributes:
      inputs: observations or images, float32 [size, *input_shape].
      targets: what the network should answer, float32 [size, target_size]: one
        distribution over the classes a row, or one real vector a row.
      inner_lr_factor: what a learner's learning rate is multiplied by, float32 [], where that is
        learned; None leaves it as it is.

    Examples:
      >>> import hadax, jax.numpy as jnp
      >>> hadax.Dataset(inputs=jnp.zeros((4, 3)), targets=jnp.eye(4, 2)).size
      4
    """

    inputs: jax.Array
    targets: jax.Array
    inner_lr_factor: jax.Array | None = None

    @property
    def size(self) -> int:
        """Number of synthetic examples."""
        return int(self.inputs.shape[0])


def balanced_one_hot(size: int, classes: int) -> jax.Array:
    """One-hot labels, float32 [size, classes], that use every class equally often, up to one.

    Row i has label i modulo the number of classes, so any size gives every row a label.

    Args:
      size: rows, one for each example.
      classes: how many there are, at least 1.
    """
    return jax.nn.one_hot(jnp.arange(size) % classes, classes, dtype=jnp.float32)
