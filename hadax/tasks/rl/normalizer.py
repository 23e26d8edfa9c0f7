"""Observation normalisers: what a control task's state is, and how it learns from episodes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

import jax
import jax.numpy as jnp

from hadax.core.types import Statistics, TaskState
from hadax.tasks.rl import moments
from hadax.tasks.rl.config import PER_POLICY

Estimate: TypeAlias = Callable[[], moments.Moments]
"""Gives the moments of what a random policy observes; costs some episodes."""

# Observations that a policy's own statistics imagine before its first one, as in the published
# code; nearly none, so that its first steps count in full.
_OWN_COUNT = 1e-4

# What earlier generations hardly saw may lie many standard deviations off.
_LARGEST = 10.0


class Normalizer(Protocol):
    """Pure functions over the task's state and the memory of the episodes being played.

    Attributes:
      limit: the largest absolute value that `preprocess` lets through; infinite for any.
    """

    limit: ClassVar[float]

    def init(self, shape: tuple[int, ...], estimate: Estimate) -> TaskState:
        """The task's state before the first generation, for observations of that shape."""

    def preprocess(self, state: TaskState, observations: jax.Array) -> jax.Array:
        """Observations [batch, *shape] under the state alone, as outside of any episode."""

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The observations behind normalised inputs [batch, *shape]: `preprocess` backwards."""

    def begin(self, shape: tuple[int, ...]) -> Any:
        """The memory that one policy's episodes start with."""

    def apply(
        self, state: TaskState, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, Any]:
        """Normalised observations [episodes, *shape] and the memory after them.

        Args:
          state: the task's state.
          memory: what this policy's episodes have shown before.
          observations: [episodes, *shape].
          running: which episodes still run, bool [episodes]; the others teach nothing.
        """

    def statistics(self, state: TaskState, memory: Any) -> Statistics:
        """What a memory tells the state; summed over a population."""

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The state after a generation."""


@dataclass(frozen=True)
class Identity:
    """Networks see observations as they are."""

    limit: ClassVar[float] = math.inf

    def init(self, shape: tuple[int, ...], estimate: Estimate) -> TaskState:
        """Empty: there is nothing to learn."""
        del shape, estimate
        return ()

    def preprocess(self, state: TaskState, observations: jax.Array) -> jax.Array:
        """The observations [batch, *shape] themselves."""
        del state
        return observations

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The inputs [batch, *shape] themselves."""
        del state
        return inputs

    def begin(self, shape: tuple[int, ...]) -> Any:
        """Empty: nothing is remembered from step to step."""
        del shape
        return ()

    def apply(
        self, state: TaskState, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, Any]:
        """Observations [episodes, *shape] as `preprocess` gives them, and the `memory` as it was.

        Episodes that are over are treated like those still `running`.
        """
        del running
        return self.preprocess(state, observations), memory

    def statistics(self, state: TaskState, memory: Any) -> Statistics:
        """Empty: the state learns nothing."""
        del state, memory
        return ()

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The state as it was."""
        del statistics
        return state


@dataclass(frozen=True)
class Constant(Identity):
    """By the same moments for the whole run: given ones, or what a random policy observes."""

    def init(self, shape: tuple[int, ...], estimate: Estimate) -> TaskState:
        """The moments that the estimate gives."""
        del shape
        return estimate()

    def preprocess(self, state: TaskState, observations: jax.Array) -> jax.Array:
        """The observations [batch, *shape], normalised by the state's moments."""
        return moments.normalize(state, observations)

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """The observations behind normalised inputs [batch, *shape]."""
        return moments.denormalize(state, inputs)


@dataclass(frozen=True)
class Running(Constant):
    """By the moments of all that the population has observed in earlier generations."""

    limit: ClassVar[float] = _LARGEST

    def init(self, shape: tuple[int, ...], estimate: Estimate) -> TaskState:
        """One imagined observation of mean 0 and variance 1, which changes nothing."""
        del estimate
        return moments.initial_moments(shape)

    def preprocess(self, state: TaskState, observations: jax.Array) -> jax.Array:
        """The observations [batch, *shape], normalised by the state's moments, from -10 to 10."""
        return jnp.clip(moments.normalize(state, observations), -self.limit, self.limit)

    def begin(self, shape: tuple[int, ...]) -> Any:
        """The sums of no observation."""
        return moments.zero_sums(shape)

    def apply(
        self, state: TaskState, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, Any]:
        """Observations [episodes, *shape] normalised by the state's moments.

        The `memory` sums what is seen in episodes still `running`, bool [episodes].
        """
        sums = moments.add_observations(memory, state, observations, running)
        return self.preprocess(state, observations), sums

    def statistics(self, state: TaskState, memory: Any) -> Statistics:
        """What the memory sums, around the state's mean."""
        del state
        return memory

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The moments of all that was seen."""
        return moments.merge(state, statistics)


@dataclass(frozen=True)
class PerPolicy(Running):
    """By the moments of what this very policy has observed in the episodes being played.

    So did the published Brax runs. The state collects the moments of all policies; a network that
    acts outside of an evaluation uses those.

    Attributes:
      groups: among so many equal groups of the episodes played nothing is shared: each has
        statistics of its own, from none on.
    """

    groups: int = 1

    def begin(self, shape: tuple[int, ...]) -> Any:
        """Nearly no observation: mean 0 and variance 1, with next to no weight."""
        nothing = moments.initial_moments(shape, _OWN_COUNT)
        if self.groups == 1:
            return nothing
        return jax.tree.map(
            lambda leaf: jnp.broadcast_to(leaf, (self.groups, *leaf.shape)), nothing
        )

    def apply(
        self, state: TaskState, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, Any]:
        """Observations [episodes, *shape] normalised by the moments in the `memory`.

        Those of episodes still `running`, bool [episodes], are included before.
        """
        del state
        if self.groups == 1:
            return _by_what_was_seen(memory, observations, running)
        together = observations.reshape(self.groups, -1, *observations.shape[1:])
        normalized, seen = jax.vmap(_by_what_was_seen)(
            memory, together, running.reshape(self.groups, -1)
        )
        return normalized.reshape(observations.shape), seen

    def statistics(self, state: TaskState, memory: Any) -> Statistics:
        """What this policy saw, around the state's mean."""
        if self.groups == 1:
            return moments.sums_around(state, memory)
        each = jax.vmap(moments.sums_around, in_axes=(None, 0))(state, memory)
        return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), each)


def _by_what_was_seen(
    memory: Any, observations: jax.Array, running: jax.Array
) -> tuple[jax.Array, Any]:
    seen = moments.include(memory, observations, running)
    return moments.normalize(seen, observations), seen


NORMALIZERS: dict[str, Normalizer] = {
    "none": Identity(),
    "running": Running(),
    "constant": Constant(),
    PER_POLICY: PerPolicy(),
}
"""Observation normalisers by name."""


def limit_of(name: str) -> float:
    """The `limit` of the normaliser of that name; infinite for one of somebody else's."""
    return NORMALIZERS[name].limit if name in NORMALIZERS else math.inf
