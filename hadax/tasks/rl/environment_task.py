"""What a control task says of itself by its environment alone."""

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.base_task import BaseTask, class_in_words
from hadax.core.dataset import Dataset, balanced_one_hot
from hadax.core.specification import Discrete, Labels, Levels, Pose, TargetSpec
from hadax.core.types import Key
from hadax.core.words.numbers import in_short
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.spaces import scaled


class EnvironmentTask(BaseTask):
    """Base of a task around an environment; a subclass plays it.

    Attributes:
      environment: the simulator, adapted.
    """

    environment: Environment

    # Episodes are played anew.
    has_test_data = True

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
    def levels(self) -> Levels:
        """The return that is called solved, and a random policy's."""
        return self.environment.levels

    @property
    def pose(self) -> Pose:
        """How the environment's observations are drawn."""
        return self.environment.pose

    def to_action(self, answer: jax.Array) -> jax.Array:
        """Continuous actions [batch, size] in the environment's own bounds; discrete ones alike."""
        low, high = self.environment.action_low, self.environment.action_high
        return answer if low is None or high is None else scaled(answer, low, high)

    def real_input(self, key: Key) -> jax.Array:
        """An episode's first observation [*input_shape]."""
        return self.environment.reset(key)[1]

    def describe_target(self, target: NDArray[np.float32]) -> str:
        """An action [size] in words: by its name, how likely if not sure; or numbers with units.

        Numbers are those of `taught`: a torque beyond the bounds is one that it is cut to.
        """
        labels = self.labels
        if isinstance(self.target, Discrete):
            words = class_in_words(target, labels.target_names)
            return words if labels.target_names else f"action {words}"
        values = np.asarray(self.to_action(self.taught(jnp.asarray(target)[None])))[0]
        names = labels.target_names or ("action",) * (len(values) == 1)
        units = labels.target_units or ("",) * len(values)
        numbers = [f"{in_short(v)} {unit}".rstrip() for v, unit in zip(values, units, strict=True)]
        return f"{names[0]} {numbers[0]}" if len(values) == 1 else f"action {', '.join(numbers)}"

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
