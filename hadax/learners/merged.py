"""One network for several tasks: their heads side by side, each pair's loss on its own head."""

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from hadax.core.dataset import Dataset
from hadax.core.errors import UsageError
from hadax.core.learner import BaseLearner
from hadax.core.types import Key, LearnerState, Metrics
from hadax.learners.gradient import GradientLearner
from hadax.learners.losses import LOSSES, learns_spread
from hadax.learners.networks import Network

INPUTS: tuple[str, ...] = ("apart", "coded", "padded")
"""How observations of several tasks become inputs of one network: each in entries of its own, zeros
elsewhere; all in the same entries, zeros after the shorter ones, and which task it is in further
entries; or the same without that."""


@dataclass(frozen=True)
class Head:
    """A task's part of the network's outputs, and of the pairs.

    Attributes:
      start, size: its outputs.
      first, count: its pairs.
      loss: of those pairs, one of LOSSES.
    """

    start: int
    size: int
    first: int
    count: int
    loss: str

    def take(self, outputs: jax.Array, total: int) -> jax.Array:
        """The head's own outputs, as a network that had nothing else would give them.

        Args:
          outputs: [batch, total], or [batch, 2 * total] with log standard deviations after them.
          total: outputs of all heads.

        Returns:
          Outputs [batch, size], or [batch, 2 * size] of a head that has a spread.
        """
        mean = outputs[:, self.start : self.start + self.size]
        if not learns_spread(self.loss):
            return mean
        begin = total + self.start
        return jnp.concatenate([mean, outputs[:, begin : begin + self.size]], axis=1)


@dataclass(frozen=True)
class CommonInputs:
    """Observations of several tasks as inputs of one network; hashable.

    Attributes:
      scheme: one of INPUTS.
      shapes: of each task's observations; each axis is padded by itself where all have as many.
    """

    scheme: str
    shapes: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Entries of one input."""
        sizes = list(map(math.prod, self.shapes))
        if self.scheme == "apart":
            return sum(sizes)
        return math.prod(self._box) + (len(sizes) if self.scheme == "coded" else 0)

    def place(self, task: int, inputs: jax.Array) -> jax.Array:
        """A task's observations as the network takes them.

        Args:
          task: its place among the tasks.
          inputs: [batch, *shapes[task]].

        Returns:
          Inputs [batch, size].
        """
        if self.scheme == "apart":
            flat = inputs.reshape(inputs.shape[0], -1)
            before = sum(map(math.prod, self.shapes[:task]))
            return jnp.pad(flat, ((0, 0), (before, self.size - before - flat.shape[1])))
        if len(self._box) != inputs.ndim - 1:
            inputs = inputs.reshape(inputs.shape[0], -1)
        margins = [(0, most - own) for most, own in zip(self._box, inputs.shape[1:], strict=True)]
        padded = jnp.pad(inputs, [(0, 0), *margins]).reshape(inputs.shape[0], -1)
        if self.scheme == "padded":
            return padded
        code = jax.nn.one_hot(task, len(self.shapes))
        return jnp.concatenate(
            [padded, jnp.broadcast_to(code, (padded.shape[0], len(self.shapes)))], axis=1
        )

    @property
    def _box(self) -> tuple[int, ...]:
        """The shape that holds each task's observations, flattened where they differ in axes."""
        if len({len(shape) for shape in self.shapes}) > 1:
            return (max(map(math.prod, self.shapes)),)
        return tuple(map(max, zip(*self.shapes, strict=True)))


@dataclass(frozen=True)
class MergedLearner(GradientLearner):
    """Full-batch gradient descent on the pairs of several tasks at once; hashable.

    Attributes:
      heads: of the tasks, in the order of their pairs and outputs.
    """

    heads: tuple[Head, ...] = ()

    def loss(self, outputs: jax.Array, targets: jax.Array) -> jax.Array:
        """The sum of the tasks' own losses, each of its own pairs on its own head.

        A head has no loss, and so no gradient, on another's pairs. Summed and not averaged, each
        task pulls at the shared layers as hard as if it were alone.

        Args:
          outputs: [size, total], or with log standard deviations [size, 2 * total].
          targets: [size, total]; what lies outside a pair's own head is not looked at.
        """
        total = targets.shape[1]
        losses = []
        for head in self.heads:
            pairs = slice(head.first, head.first + head.count)
            own = targets[pairs, head.start : head.start + head.size]
            losses.append(LOSSES[head.loss](head.take(outputs[pairs], total), own))
        return jnp.sum(jnp.stack(losses))


@dataclass(frozen=True)
class HeadLearner(BaseLearner):
    """A merged network as one of its tasks sees it, trained together with the others; hashable.

    Attributes:
      network: of all tasks.
      inputs: how its inputs are made.
      task: the task's place.
      head: the task's.
      total: outputs of all heads.
    """

    network: Network
    inputs: CommonInputs
    task: int
    head: Head
    total: int

    def init(self, key: Key) -> LearnerState:
        """Fresh parameters of the whole network."""
        return self.network.init(key, jnp.zeros((1, self.inputs.size)))

    def fit(
        self, key: Key, initial: LearnerState, dataset: Dataset
    ) -> tuple[LearnerState, Metrics]:
        """Refuses: a head alone is not what was merged.

        Raises:
          UsageError: always.
        """
        del key, initial, dataset
        raise UsageError("a merged network is trained on all of its tasks at once")

    def apply(self, state: LearnerState, inputs: jax.Array) -> jax.Array:
        """The head's outputs [batch, outputs] for the task's observations [batch, *shape]."""
        outputs = self.network.apply(state, self.inputs.place(self.task, inputs))
        return self.head.take(jnp.asarray(outputs), self.total)
