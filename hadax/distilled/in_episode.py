"""Policies that remember: a network in its episodes, normalised by what each of them has shown."""

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from hadax.core.errors import UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.task import Task
from hadax.core.types import LearnerState, TaskState
from hadax.distilled.inputs import Answers, arranged_inputs
from hadax.tasks.rl.config import PER_POLICY
from hadax.tasks.rl.normalizer import NORMALIZERS

if TYPE_CHECKING:
    from hadax.distilled.policy import TrainedPolicy


class EpisodePolicy:
    """A policy in one episode, or in several side by side; each has statistics of its own.

    So are policies scored whose task has `normalizer="per_policy"`; `TrainedPolicy.act`, which
    remembers nothing, normalises by the statistics in the file. With any other normaliser both act
    alike. Give it every observation of an episode once, in turn.

    Examples:
      >>> import hadax, numpy as np
      >>> policy = hadax.zoo.load("gymnax/CartPole-v1").fit(seed=0).begin_episode()
      >>> policy.act(np.zeros(4)).shape, policy.act(np.ones(4)).shape
      ((), ())
      >>> policy.begin()  # the next episode
    """

    def __init__(self, policy: "TrainedPolicy") -> None:
        """Before the first observation.

        Args:
          policy: acts.
        """
        self._policy = policy
        self._memory: Any = None

    def begin(self, ended: ArrayLike | None = None) -> None:
        """Forgets what was seen: the next observation is an episode's first.

        Args:
          ended: which of several episodes side by side begin anew, bool [batch]; None for all.

        Raises:
          UsageError: not one flag for each episode.
        """
        if ended is None or self._memory is None:
            self._memory = None
            return
        flags, size = np.asarray(ended, bool), self._size
        if flags.shape not in {(size,), () if size == 1 else (size,)}:
            raise UsageError(f"ended of shape {flags.shape}, must be {(size,)}, a flag an episode")
        fresh = self._fresh(size)
        mask = jnp.asarray(flags.reshape(size))
        self._memory = jax.tree.map(partial(_chosen, mask), fresh, self._memory)

    @in_usual_settings
    def act(self, inputs: ArrayLike) -> Answers:
        """The best answer to the next observation, as `TrainedPolicy.act` gives it.

        Args:
          inputs: one [*input_shape], or one of each of several episodes [batch, *input_shape].

        Raises:
          UsageError: what `TrainedPolicy.act` refuses, or another number of episodes than before.
        """
        policy = self._policy
        if policy.task.normalizer != PER_POLICY:
            return policy.act(inputs)
        arranged, single = arranged_inputs(inputs, tuple(policy.task.input_shape))
        batch = arranged[None] if single else arranged
        if self._memory is None:
            self._memory = self._fresh(batch.shape[0])
        if batch.shape[0] != self._size:
            raise UsageError(
                f"observations of {batch.shape[0]} episodes, but {self._size} were begun;"
                " begin() before another number of them"
            )
        leaves, structure = jax.tree.flatten(policy.task)
        compute = _compute(policy.learner, structure)
        answers, self._memory = compute(policy.weights, policy.state, leaves, self._memory, batch)
        answers = answers[0] if single else answers
        return answers if isinstance(inputs, jax.Array) else np.asarray(answers)

    @property
    def _size(self) -> int:
        """Episodes side by side."""
        return int(jax.tree.leaves(self._memory)[0].shape[0])

    def _fresh(self, size: int) -> Any:
        nothing = NORMALIZERS[PER_POLICY].begin(tuple(self._policy.task.input_shape))
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (size, *jnp.shape(leaf))), nothing)


def _chosen(mask: jax.Array, new: jax.Array, old: jax.Array) -> jax.Array:
    """The new rows [batch, ...] where the mask [batch] says so, else the old ones."""
    return jnp.where(mask.reshape(-1, *(1,) * (new.ndim - 1)), new, old)


@cache
def _compute(learner: Learner, structure: Any) -> Any:
    """The compiled step of all policies that differ in their arrays alone.

    Args:
      learner: gives the network.
      structure: the task, without its arrays.
    """

    @jax.jit
    def compute(
        weights: LearnerState, state: TaskState, leaves: Any, memory: Any, inputs: jax.Array
    ) -> tuple[jax.Array, Any]:
        task: Task = jax.tree.unflatten(structure, leaves)

        def alone(seen: Any, observation: jax.Array) -> tuple[jax.Array, Any]:
            normalized, seen = NORMALIZERS[PER_POLICY].apply(
                state, seen, observation[None], jnp.ones(1, bool)
            )
            return normalized[0], seen

        normalized, memory = jax.vmap(alone)(memory, inputs)
        outputs = learner.apply(weights, normalized)
        return task.to_action(task.answer(outputs)), memory

    return compute
