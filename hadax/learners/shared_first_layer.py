"""The same inner loop in fewer numbers: a first layer that moves in the span of the examples.

The gradient of a dense layer's weights W [input, width] on examples X [size, input] is X^T G, where
G [size, width] is the loss's gradient of what the layer answers. An optimiser that adds up scaled
gradients (plain descent, momentum) thus leaves W_0 + X^T A with A [size, width], and A moves by G
as W would by X^T G. Carrying A makes a step's cost independent of the input's size, and inputs of
a task meet W_0, which a whole population shares, and X, which is small. Nothing is approximated.
A network without hidden layers is its first layer; that has a column for each output.
"""

from dataclasses import dataclass, replace
from typing import Any, cast

import jax
import jax.numpy as jnp
import optax
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.learner import BaseLearner
from hadax.core.storage.trees import tree_bytes
from hadax.core.types import Key, LearnerState, Metrics
from hadax.core.xla.barrier import barrier_on_cpu
from hadax.core.xla.plain import plain as without_tricks
from hadax.learners.gradient import GradientLearner
from hadax.learners.networks import ACTIVATIONS, MLP, with_log_std

ADDITIVE_OPTIMIZERS: tuple[str, ...] = ("sgd", "momentum", "nesterov")
"""Optimisers whose steps are sums of scaled gradients."""

_FIRST = "Dense_0"


@struct.dataclass
class FactoredState:
    """A trained network whose first layer's weights are kernel + examples^T @ shift.

    Attributes:
      kernel: the first layer's initial weights, [input, width].
      examples: what it was trained on, flattened, [size, input].
      shift: how far it went along each example, [size, width].
      bias: the first layer's, [width].
      rest: parameters of the layers that follow.
    """

    kernel: jax.Array
    examples: jax.Array
    shift: jax.Array
    bias: jax.Array
    rest: Any


@dataclass(frozen=True)
class SharedFirstLayerLearner(BaseLearner):
    """A GradientLearner of an MLP, computed in the span of the examples; hashable.

    Attributes:
      plain: the learner that this one equals, up to rounding.
    """

    plain: GradientLearner

    def init(self, key: Key) -> LearnerState:
        """Freshly initialised parameters, as the plain learner has them."""
        return self.plain.init(key)

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """The network after training, and the last step's loss as `fit_loss`.

        Returns:
          A FactoredState, or plain parameters where the examples are so many that factors would be
          larger than the weights.
        """
        examples = dataset.inputs.reshape(dataset.size, -1)
        if 2 * dataset.size > examples.shape[1]:
            return self.plain.fit(key, initial, dataset)
        first, rest = _split(initial)
        fresh, gram = examples @ first["kernel"], examples @ examples.T
        optimizer = self.plain.optimizer(dataset.inner_lr_factor)

        def loss_of(learned: jax.Array, moved: dict[str, Any]) -> jax.Array:
            outputs = self._after_first(fresh + learned + moved["bias"], moved["rest"])
            return self.plain.loss(outputs, dataset.targets)

        def step(iteration: int, carry: tuple[Any, optax.OptState, jax.Array]) -> Any:
            del iteration
            moved, optimizer_state, _ = carry
            loss, (answers, others) = jax.value_and_grad(loss_of, argnums=(0, 1))(
                gram @ moved["shift"], moved
            )
            gradient = barrier_on_cpu({**others, "shift": answers})
            updates, optimizer_state = optimizer.update(gradient, optimizer_state, moved)
            return optax.apply_updates(moved, updates), optimizer_state, loss

        moved = {"shift": jnp.zeros_like(fresh), "bias": first["bias"], "rest": rest}
        start = (moved, optimizer.init(moved), jnp.float32(0))
        moved, _, last_loss = jax.lax.fori_loop(0, self.plain.inner_loop.inner_steps, step, start)
        return FactoredState(first["kernel"], examples, **moved), {"fit_loss": last_loss}

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The network's outputs [batch, outputs] for inputs [batch, *input_shape]."""
        if not isinstance(state, FactoredState):
            return self.plain.apply(state, inputs)
        flat = inputs.reshape(inputs.shape[0], -1)
        answers = flat @ state.kernel + (flat @ state.examples.T) @ state.shift
        return self._after_first(answers + state.bias, state.rest)

    def _after_first(self, answers: jax.Array, rest: Any) -> jax.Array:
        """The network's outputs from its first layer's answers [batch, width]."""
        network = cast(MLP, self.plain.network)
        config = network.config
        if not config.depth:
            return with_log_std(answers, rest["params"].get("log_std"))
        hidden = ACTIVATIONS[config.activation](answers)
        shallower = network.clone(config=replace(config, depth=config.depth - 1))
        return cast(jax.Array, shallower.apply(rest, hidden))

    @property
    def shares_between_candidates(self) -> bool:
        """Candidates share their networks' first weights as long as they stay together."""
        return True

    @property
    def scales_inner_lr(self) -> bool:
        """As the plain learner."""
        return self.plain.scales_inner_lr

    def own_bytes(self, state: LearnerState) -> int:
        """Bytes of a trained network that others of its generation do not share."""
        shared = tree_bytes(state.kernel) if isinstance(state, FactoredState) else 0
        return tree_bytes(state) - shared

    def parameters(self, state: LearnerState) -> LearnerState:
        """The parameters as the plain learner has them, of a FactoredState or of those already."""
        if not isinstance(state, FactoredState):
            return state
        kernel = state.kernel + state.examples.T @ state.shift
        first = {"kernel": kernel, "bias": state.bias}
        return {"params": {_FIRST: first, **_renumbered(state.rest["params"], 1)}}


def shares_first_layer(plain: GradientLearner) -> bool:
    """Whether a learner's first layer only ever moves in the span of the examples.

    Never with HADAX_PLAIN, nor in bfloat16, where weights are rounded: a rounded sum is not the sum
    of its rounded terms.
    """
    network = plain.network
    return (
        not without_tricks()
        and isinstance(network, MLP)
        and network.config.precision == "float32"
        and plain.inner_loop.inner_optimizer in ADDITIVE_OPTIMIZERS
        and plain.inner_loop.inner_clip == 0
    )


def _split(params: LearnerState) -> tuple[Any, LearnerState]:
    """The first layer's parameters, and the others as those of an MLP with one layer less."""
    layers = dict(params["params"])
    return layers.pop(_FIRST), {"params": _renumbered(layers, -1)}


def _renumbered(layers: dict[str, Any], by: int) -> dict[str, Any]:
    """Layers by name, their numbers changed."""

    def renamed(name: str) -> str:
        kind, _, number = name.rpartition("_")
        return f"{kind}_{int(number) + by}" if kind == "Dense" else name

    return {renamed(name): layer for name, layer in layers.items()}
