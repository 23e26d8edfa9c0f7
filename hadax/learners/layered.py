"""A perceptron whose depth and activation are traced numbers: others compile nothing anew."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.types import Key, LearnerState
from hadax.learners.config import NetworkConfig
from hadax.learners.kernels.products import matrix_product
from hadax.learners.networks import ACTIVATIONS, MLP, with_log_std


@dataclass(frozen=True)
class Layered:
    """MLPs of one width and any depth up to a deepest; hashable.

    Attributes:
      config: theirs, its depth the deepest.
      activations: names to choose from.
      outputs, log_std: as in MLP.
    """

    config: NetworkConfig
    activations: tuple[str, ...]
    outputs: int
    log_std: bool

    def init(self, depth: int, key: Key, inputs: jax.Array) -> LearnerState:
        """What the MLP of a `depth`, at least 1, draws, as layers of the deepest.

        Args:
          depth: hidden layers.
          key: decides the weights.
          inputs: of the right shape, [batch, *input_shape].
        """
        network = MLP(self.outputs, replace(self.config, depth=depth), self.log_std)
        drawn = network.init(key, inputs)["params"]
        width, missing = self.config.width, self.config.depth - depth
        nothing = {"kernel": jnp.zeros((width, width)), "bias": jnp.zeros(width)}
        hidden = [drawn[f"Dense_{layer}"] for layer in range(1, depth)] + [nothing] * missing
        spread = {"log_std": drawn["log_std"]} if self.log_std else {}
        return {"first": drawn["Dense_0"], "last": drawn[f"Dense_{depth}"], **spread} | (
            {"hidden": hidden} if hidden else {}
        )

    def apply(
        self, params: LearnerState, depth: jax.Array, activation: jax.Array, inputs: jax.Array
    ) -> jax.Array:
        """Outputs as MLP's, of a depth and an activation.

        Args:
          params: as `init` gives them, trained or not.
          depth: hidden layers, at least 1; those beyond are passed by, and learn nothing; int32 [].
          activation: its place in `activations`, int32 [].
          inputs: [batch, *input_shape].

        Returns:
          Outputs [batch, outputs], or [batch, 2 * outputs] with log_std.
        """

        def dense(layer: Any, values: jax.Array) -> jax.Array:
            return matrix_product(values, layer["kernel"], self.config.precision) + layer["bias"]

        def active(layer: Any, values: jax.Array) -> jax.Array:
            return jax.lax.switch(
                activation, [ACTIVATIONS[name] for name in self.activations], dense(layer, values)
            )

        values = active(params["first"], inputs.reshape(inputs.shape[0], -1))
        for place, layer in enumerate(params.get("hidden", ()), 1):
            values = jax.lax.cond(place < depth, active, lambda _, values: values, layer, values)
        return with_log_std(dense(params["last"], values), params.get("log_std"))
