"""Several tasks as one: what a merged network is wanted for."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.base_task import BaseTask
from hadax.core.dataset import Dataset
from hadax.core.evaluation import Evaluation
from hadax.core.specification import Continuous
from hadax.core.task import Task
from hadax.core.types import Key, Policy, TaskState
from hadax.distilled.shares import share_kept
from hadax.learners.merged import CommonInputs, Head


@struct.dataclass
class MergedTask(BaseTask):
    """The mean over several tasks of the share that a network keeps of each single score.

    Attributes:
      parts: the tasks.
      common: how their observations become one network's inputs.
      heads: theirs, in the same order.
      singles: each task's score on its own dataset.
      randoms: what acting at random scores at it.
    """

    parts: tuple[Task, ...]
    common: CommonInputs = struct.field(pytree_node=False)
    heads: tuple[Head, ...] = struct.field(pytree_node=False)
    singles: tuple[float, ...] = struct.field(pytree_node=False)
    randoms: tuple[float, ...] = struct.field(pytree_node=False)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """One row that holds any task's observation."""
        return (self.common.size,)

    @property
    def target(self) -> Continuous:
        """All heads side by side."""
        return Continuous(sum(head.size for head in self.heads))

    @property
    def has_test_data(self) -> bool:
        """Whether every task has."""
        return all(task.has_test_data for task in self.parts)

    def init(self, key: Key) -> TaskState:
        """The tasks' own states."""
        return tuple(task.init(key) for task in self.parts)

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """The mean share as fitness, each task's own fitness as a metric.

        NaN where one of the tasks has no shares, as in a file of an earlier hadax.
        """
        shares, metrics = [], {}
        for place, (task, own) in enumerate(zip(self.parts, state, strict=True)):

            def act(inputs: jax.Array, place: int = place) -> jax.Array:
                outputs = policy(self.common.place(place, inputs))
                return self.heads[place].take(outputs, self.target.size)

            found = task.evaluate(jax.random.fold_in(key, place), act, own)
            shares.append(share_kept(found.fitness, self.singles[place], self.randoms[place]))
            metrics[f"fitness_{place}"] = found.fitness
        return Evaluation(jnp.mean(jnp.stack(shares)), metrics)

    def for_measuring(self, episodes: int) -> tuple["MergedTask", int]:
        """Every task as it is measured, and the most episodes of any."""
        found = [task.for_measuring(episodes) for task in self.parts]
        return replace(self, parts=tuple(task for task, _ in found)), max(n for _, n in found)

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """As many pairs of each task as it has of the merged ones; `size` is passed over."""
        del size
        parts = [
            task.initial_dataset(key, head.count)
            for task, head in zip(self.parts, self.heads, strict=True)
        ]
        return joined(tuple(parts), self.common, self.heads)


def joined(parts: tuple[Dataset, ...], common: CommonInputs, heads: tuple[Head, ...]) -> Dataset:
    """The pairs of several datasets in one: inputs in common entries, targets on their own heads.

    Args:
      parts: the datasets.
      common: how their inputs are made.
      heads: theirs, in the same order.
    """
    total = sum(head.size for head in heads)
    inputs = [common.place(place, part.inputs) for place, part in enumerate(parts)]
    targets = [
        jnp.pad(part.targets, ((0, 0), (head.start, total - head.start - head.size)))
        for part, head in zip(parts, heads, strict=True)
    ]
    return Dataset(jnp.concatenate(inputs), jnp.concatenate(targets))
