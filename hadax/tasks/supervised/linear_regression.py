"""Linear regression: a supervised task whose optimum is known in closed form.

Inputs are standard normal and the answer is a fixed linear map of them. A policy that computes the
map exactly has fitness 0, the optimum; one that answers zero has minus the map's mean square.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.base_task import BaseTask
from hadax.core.dataset import Dataset
from hadax.core.errors import require_count
from hadax.core.evaluation import Evaluation
from hadax.core.settings.annotations import Option
from hadax.core.specification import Continuous
from hadax.core.types import Key, Policy, TaskState

_WEIGHTS = ((1.0, -2.0), (0.5, 0.0), (-1.5, 1.0))


@struct.dataclass
class LinearRegression(BaseTask):
    """Minus the mean squared error on a fresh batch, as the fitness of a policy.

    Attributes:
      weights: the map, [3, 2].
      batch: inputs of one evaluation, at least 1.
    """

    weights: jax.Array
    batch: int = struct.field(pytree_node=False, default=64)

    has_test_data = True

    @property
    def input_shape(self) -> tuple[int, ...]:
        """One vector of three entries."""
        return (3,)

    @property
    def target(self) -> Continuous:
        """Two real numbers."""
        return Continuous(2)

    @property
    def options(self) -> Mapping[str, Option]:
        """The size of a batch, the only option."""
        return {"batch": self.batch}

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """Minus the mean squared error on the batch that the key gives."""
        del state
        inputs = jax.random.normal(key, (self.batch, *self.input_shape))
        means = policy(inputs)[:, : self.target.size]
        return Evaluation(fitness=-jnp.mean(jnp.square(means - inputs @ self.weights)))

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """Standard normal inputs whose targets are zero."""
        inputs = jax.random.normal(key, (size, *self.input_shape))
        return Dataset(inputs=inputs, targets=jnp.zeros((size, self.target.size)))


def make(*, batch: int = 64) -> LinearRegression:
    """The task with a batch of that size.

    Raises:
      ConfigError: a batch below 1.
    """
    require_count("batch", batch, 1)
    return LinearRegression(weights=jnp.asarray(_WEIGHTS), batch=batch)


def fitness_of_zero() -> float:
    """The expected fitness of a policy that always answers zero."""
    return -float(jnp.mean(jnp.sum(jnp.square(jnp.asarray(_WEIGHTS)), axis=0)))
