"""What a control task says of itself by its environment alone."""

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.task import BaseTask, Discrete, Labels, Pose, TargetSpec
from hadax.core.types import Key
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.spaces import scaled


class EnvironmentTask(BaseTask):
    """Base of a task around an environment; a subclass plays it.

    Attributes:
      environment: the simulator, adapted.
    """

    environment: Environment

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one observation."""
        return self.environment.observation_shape

    @property
    def target(self) -> TargetSpec:
        """The environment's actions."""
        return self.environment.target

    @property
    def labels(self) -> Labels:
        """Names and units of the environment's observations and actions."""
        return self.environment.labels

    @property
    def pose(self) -> Pose:
        """How the environment's observations are drawn."""
        return self.environment.pose

    def to_action(self, answer: jax.Array) -> jax.Array:
        """Continuous actions [batch, size] in the environment's own bounds; discrete ones alike."""
        low, high = self.environment.action_low, self.environment.action_high
        return answer if low is None or high is None else scaled(answer, low, high)

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """Observations of zero; every action as a label in turn, or actions of zero.

        Nothing is known of good states yet, and a search from zero found them sooner on CartPole
        than one from random states.
        """
        del key
        inputs = jnp.zeros((size, *self.input_shape))
        if isinstance(self.target, Discrete):
            return Dataset(inputs=inputs, targets=balanced_one_hot(size, self.target.size))
        return Dataset(inputs=inputs, targets=jnp.zeros((size, self.target.size)))
