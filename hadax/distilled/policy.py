"""A trained network that acts: raw observations in, actions out."""

from typing import Any, NoReturn, TypeAlias

import jax
import numpy as np
from flax import struct
from numpy.typing import ArrayLike, NDArray

from hadax.core.errors import UsageError
from hadax.core.learner import Learner
from hadax.core.task import Task
from hadax.core.types import LearnerState, TaskState

Answers: TypeAlias = jax.Array | NDArray[Any]
"""A JAX array where the inputs are one, else a NumPy array."""


@struct.dataclass(eq=False)
class TrainedPolicy:
    """A trained network together with what it does to raw inputs; a pytree, equal to itself alone.

    Attributes:
      weights: the network's parameters.
      task: what the network is for.
      state: the task's state: the observation normaliser, say.
      learner: gives the network.
    """

    weights: LearnerState
    task: Task
    state: TaskState
    learner: Learner = struct.field(pytree_node=False)

    def __call__(self, inputs: ArrayLike) -> Answers:
        """The network's outputs for raw inputs.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape].

        Returns:
          float32 [outputs], or [batch, outputs].

        Raises:
          UsageError: inputs of another shape.
        """
        return self._answer(_outputs, inputs)

    def act(self, inputs: ArrayLike) -> Answers:
        """The best answer to raw inputs, as the environment or user takes it.

        Compiled once for each number of inputs.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape].

        Returns:
          The class or action, int32 [] or [batch]; or vectors float32 [size] or [batch, size], in
          the environment's own bounds.

        Raises:
          UsageError: inputs of another shape.
        """
        return self._answer(_actions, inputs)

    def _answer(self, function: Any, inputs: ArrayLike) -> Answers:
        array = inputs if isinstance(inputs, jax.Array) else np.asarray(inputs, np.float32)
        shape = tuple(self.task.input_shape)
        single = array.shape == shape
        if not single and array.shape[1:] != shape:
            raise UsageError(
                f"inputs of shape {array.shape}, must be one of {shape}"
                f" or several side by side, {('batch', *shape)}".replace("'", "")
            )
        answers = function(self, array[None] if single else array)
        answers = answers[0] if single else answers
        return answers if isinstance(inputs, jax.Array) else np.asarray(answers)

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, in words."""
        raise TypeError(
            "a policy cannot be pickled: keep its dataset's file and seed, and train it again"
        )


@jax.jit
def _outputs(policy: TrainedPolicy, inputs: jax.Array) -> jax.Array:
    return policy.learner.apply(policy.weights, policy.task.preprocess(policy.state, inputs))


@jax.jit
def _actions(policy: TrainedPolicy, inputs: jax.Array) -> jax.Array:
    return policy.task.to_action(policy.task.answer(_outputs(policy, inputs)))
