"""What most tasks answer alike: the base class of all that hadax brings, and of yours."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError
from hadax.core.parametrizations.images import Components
from hadax.core.recording import Recording
from hadax.core.settings.annotations import Option
from hadax.core.specification import (
    NO_LABELS,
    NO_LEVELS,
    Discrete,
    Labels,
    Levels,
    Pose,
    is_distribution,
)
from hadax.core.types import Key, Policy, Statistics, TaskState
from hadax.core.words.numbers import in_short

if TYPE_CHECKING:
    from hadax.core.task import Task

TaskT = TypeVar("TaskT", bound="Task")

# A label above it is as good as hard.
_SURE = 0.99


class BaseTask:
    """A task without state, data, options or names; see hadax.core.task.Task for the members.

    A subclass adds `input_shape`, `target`, `evaluate` and `initial_dataset`, and whatever else it
    answers in its own way.

    Examples:
      >>> import flax, hadax, jax, jax.numpy as jnp
      >>> @flax.struct.dataclass
      ... class Doubling(hadax.BaseTask):
      ...     "Minus the squared error of doubling a number."
      ...
      ...     input_shape = (1,)
      ...     target = hadax.Continuous(1)
      ...
      ...     def evaluate(self, key, policy, state):
      ...         inputs = jax.random.normal(key, (8, 1))
      ...         return hadax.Evaluation(fitness=-jnp.mean((policy(inputs) - 2 * inputs) ** 2))
      ...
      ...     def initial_dataset(self, key, size):
      ...         return hadax.Dataset(jax.random.normal(key, (size, 1)), jnp.zeros((size, 1)))
      >>> perfect = Doubling().evaluate(jax.random.key(0), lambda inputs: 2 * inputs, ())
      >>> abs(float(perfect.fitness))
      0.0
    """

    score_metric: str = "fitness"
    unit: str = ""
    class_names: tuple[str, ...] = ()
    normalizer: str = "none"
    has_real_examples: bool = False
    episodes: int = 0
    local_options: tuple[str, ...] = ()

    @property
    def options(self) -> Mapping[str, Option]:
        """Empty: the factory has no options."""
        return {}

    @property
    def has_test_data(self) -> bool:
        """Whether the subclass has a `with_data` or a `for_measuring` of its own.

        One whose data are drawn anew without either says True.
        """
        own = type(self)
        split = own.with_data is not BaseTask.with_data
        return split or own.for_measuring is not BaseTask.for_measuring

    @property
    def labels(self) -> Labels:
        """Empty: inputs and targets are numbered, not named."""
        return NO_LABELS

    @property
    def levels(self) -> Levels:
        """Empty: neither is known."""
        return NO_LEVELS

    @property
    def pose(self) -> Pose:
        """None: inputs are shown as numbers."""
        return None

    def init(self, key: Key) -> TaskState:
        """Empty: the task learns nothing during a run."""
        del key
        return ()

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The inputs [batch, *input_shape] themselves."""
        del state
        return inputs

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The inputs [batch, *input_shape] themselves."""
        del state
        return inputs

    def record(self, key: Key, policy: Policy, state: TaskState) -> Recording | None:
        """None: the task has no episodes."""
        del key, policy, state
        return None

    def real_input(self, key: Key) -> jax.Array | None:
        """None, where others give a real input [*input_shape]."""
        del key
        return None

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The state as it was."""
        del statistics
        return state

    def at_end(self, state: TaskState) -> TaskState:
        """The state as it is: the task has no schedules."""
        return state

    def settle(self, state: TaskState) -> TaskState:
        """The state as it is."""
        return state

    def answer(self: "Task", outputs: jax.Array) -> jax.Array:
        """The likeliest class, int32 [batch], or the means, float32 [batch, size]."""
        if isinstance(self.target, Discrete):
            return jnp.argmax(outputs, axis=-1).astype(jnp.int32)
        return outputs[:, : self.target.size]

    def to_action(self, answer: jax.Array) -> jax.Array:
        """The answer [batch] or [batch, size] itself."""
        return answer

    def taught(self, targets: jax.Array) -> jax.Array:
        """The targets [batch, size] themselves."""
        return targets

    def with_data(self: TaskT, split: str) -> TaskT:
        """The task itself: it has no files."""
        del split
        return self

    def for_measuring(self: TaskT, episodes: int) -> tuple[TaskT, int]:
        """The task with its test data, and no episodes."""
        del episodes
        return self.with_data("test"), 0

    def as_played(self: TaskT) -> TaskT:
        """The task itself: it asks policies as people do."""
        return self

    def greedy(self: TaskT) -> TaskT:
        """The task itself: it asks for best answers."""
        return self

    def real_examples(self, key: Key, size: int) -> Dataset | None:
        """None: there is no real data."""
        del key, size
        return None

    def principal_components(self, count: int) -> Components | None:
        """None, where others give a centre [*input_shape] and directions [count, *input_shape]."""
        del count
        return None

    def given_statistics(
        self: TaskT, mean: jax.Array, variance: jax.Array, count: float = 1.0
    ) -> TaskT:
        """Refuses `mean` and `variance` [*input_shape] of `count` observations: nothing takes them.

        Raises:
          ConfigError: always; of "normalizer".
        """
        del mean, variance, count
        expected = "the task takes no statistics of observations"
        raise ConfigError("normalizer", self.normalizer, expected)

    def state_from_statistics(self, mean: jax.Array, variance: jax.Array) -> TaskState:
        """Refuses `mean` and `variance` [*input_shape]: no normaliser of observations holds them.

        Raises:
          UsageError: always.
        """
        del mean, variance
        raise UsageError("statistics of observations are given, but the task takes none")

    def describe_target(self: "Task", target: NDArray[np.float32]) -> str:
        """The likeliest class in a target [size], and how likely if not sure; or the entries."""
        if not isinstance(self.target, Discrete):
            return ", ".join(map(in_short, target))
        return class_in_words(target, self.labels.target_names or self.class_names)


def class_in_words(target: NDArray[np.float32], names: Sequence[str] = ()) -> str:
    """The likeliest class in a target [size], and how likely if not sure.

    Args:
      target: probabilities; somebody else's labels may be other numbers.
      names: the classes'; numbers without any.
    """
    best = int(np.argmax(target))
    name = names[best] if names else best
    if target[best] > _SURE:
        return f"{name}"
    return (
        f"{name} ({target[best]:.0%})"
        if is_distribution(target)
        else f"{name} ({in_short(target[best])})"
    )
