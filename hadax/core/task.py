"""The Task seam: what a trained network is wanted for, and how well it does it."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import jax
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.errors import require
from hadax.core.types import Key, Metrics, Policy, Statistics, TaskState


@dataclass(frozen=True)
class Discrete:
    """One of `size` classes or actions; targets are distributions over them."""

    size: int

    def __post_init__(self) -> None:
        require(self.size >= 2, "classes", self.size, "must be at least 2")


@dataclass(frozen=True)
class Continuous:
    """A real vector of `size` entries; control tasks scale [-1, 1] to their action bounds."""

    size: int

    def __post_init__(self) -> None:
        require(self.size >= 1, "target size", self.size, "must be at least 1")


TargetSpec: TypeAlias = Discrete | Continuous


@struct.dataclass
class Evaluation:
    """What one evaluation of one policy says.

    Attributes:
      fitness: higher is better, float32 []; NaN when the policy's outputs are not finite.
      metrics: further scalars for people, by name.
      statistics: what the task's state learns from this evaluation; summed over a population.
    """

    fitness: jax.Array
    metrics: Metrics = struct.field(default_factory=dict)
    statistics: Statistics = ()


class Task(Protocol):
    """A task: pure functions, jit- and vmap-able, in a pytree.

    A task is a `flax.struct.dataclass`: arrays that it needs (images, say) are its leaves and
    everything else is a static field, so that an equal second task compiles nothing anew.
    """

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input."""

    @property
    def target(self) -> TargetSpec:
        """What a network answers."""

    def init(self, key: Key) -> TaskState:
        """The state before the first generation; () for tasks without one."""

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """Raw inputs [batch, *input_shape] as a network is given them; datasets hold the latter."""

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """How well one policy does; the same key means the same episodes or batch."""

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The state after a generation, from the statistics summed over its population."""

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """The dataset that a search starts from."""


class Stateless:
    """Base of tasks that learn nothing during a run and give inputs to networks as they are."""

    def init(self, key: Key) -> TaskState:
        """No state."""
        del key
        return ()

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The inputs themselves."""
        del state
        return inputs

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """No state."""
        del statistics
        return state


def check_task(task: object, name: str) -> None:
    """Refuses an object that the engine could not compile.

    Raises:
      ConfigError: the object lacks a member of Task, or is not a pytree of arrays.
    """
    members = (
        "input_shape",
        "target",
        "init",
        "preprocess",
        "evaluate",
        "update",
        "initial_dataset",
    )
    missing = [member for member in members if not hasattr(task, member)]
    require(not missing, "task", name, f"lacks {', '.join(missing)} of hadax.core.Task")
    foreign = [leaf for leaf in jax.tree.leaves(task) if not hasattr(leaf, "dtype")]
    require(
        not foreign,
        "task",
        name,
        "must be a flax.struct.dataclass of arrays and struct.field(pytree_node=False)",
    )
