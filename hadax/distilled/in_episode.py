"""Policies that remember: a network in its episodes, normalised by what each of them has shown."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.errors import UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.task import Task
from hadax.core.types import LearnerState, TaskState
from hadax.distilled.inputs import Answers, arranged_inputs, is_traced
from hadax.tasks.rl.config import PER_POLICY
from hadax.tasks.rl.normalizer import NORMALIZERS

if TYPE_CHECKING:
    from hadax.distilled.policy import TrainedPolicy

_TRACED = (
    "a policy in an episode remembers, which JAX's transformations cannot: call it outside of jit,"
    " vmap and scan"
)


class EpisodePolicy:
    """A policy in one episode, or in several side by side; each has statistics of its own.

    So are policies scored whose task has `normalizer="per_policy"` and one episode an evaluation;
    `TrainedPolicy.act`, which remembers nothing, normalises by the statistics in the file. With any
    other normaliser both act alike. Give it every observation of an episode once, in turn.

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

        Raises:
          UsageError: its task has no episodes, or JAX traces it.
        """
        if not policy.task.episodes:
            raise UsageError(f"{policy!r} has no episodes: call act")
        if any(is_traced(leaf) for leaf in jax.tree.leaves((policy.weights, policy.state))):
            raise UsageError(_TRACED)
        self._policy = policy
        self._compute = _prepared(policy) if policy.task.normalizer == PER_POLICY else None
        self._memory: Any = None

    @in_usual_settings
    def begin(self, ended: ArrayLike | None = None) -> None:
        """Forgets what was seen: the next observation is an episode's first.

        Args:
          ended: which of several episodes side by side begin anew, flags [batch] of bool, 0 or 1;
            None for all.

        Raises:
          UsageError: no flags, or not one for each episode.
        """
        flags = None if ended is None else _flags(ended)
        if flags is None or self._memory is None:
            self._memory = None
            return
        size = self._size
        if flags.shape != (size,) and not (size == 1 and flags.shape == ()):
            raise UsageError(f"ended of shape {flags.shape}, must be {(size,)}, a flag an episode")
        mask = jnp.asarray(flags.reshape(size))
        self._memory = jax.tree.map(partial(_chosen, mask), self._fresh(size), self._memory)

    @in_usual_settings
    def act(self, inputs: ArrayLike) -> Answers:
        """The best answer to the next observation, as `TrainedPolicy.act` gives it.

        Args:
          inputs: one [*input_shape], or one of each of several episodes [batch, *input_shape].

        Returns:
          The action, int32 [] or [batch]; or vectors float32 [size] or [batch, size].

        Raises:
          UsageError: what `TrainedPolicy.act` refuses, another number of episodes than before, or,
            where there is something to remember, inputs that JAX traces.
        """
        if self._compute is None:
            return self._policy.act(inputs)
        if is_traced(inputs):
            raise UsageError(_TRACED)
        arranged, single = arranged_inputs(inputs, tuple(self._policy.task.input_shape))
        batch = arranged[None] if single else arranged
        size = batch.shape[0]
        if self._memory is not None and size != self._size:
            many = f"{size} episode{'' if size == 1 else 's'}"
            raise UsageError(
                f"observations of {many}, but {self._size} were begun; begin() before another"
                " number of them"
            )
        if size == 0:
            return self._policy.act(inputs)
        memory = self._fresh(size) if self._memory is None else self._memory
        answers, self._memory = self._compute(memory, batch)
        answers = answers[0] if single else answers
        return answers if isinstance(inputs, jax.Array) else np.asarray(answers)

    def __repr__(self) -> str:
        """Whose it is, in a line."""
        return f"<in an episode: {self._policy!r}>"

    @property
    def _size(self) -> int:
        """Episodes side by side."""
        return int(jax.tree.leaves(self._memory)[0].shape[0])

    def _fresh(self, size: int) -> Any:
        nothing = NORMALIZERS[PER_POLICY].begin(tuple(self._policy.task.input_shape))
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (size, *jnp.shape(leaf))), nothing)


def _flags(ended: ArrayLike) -> NDArray[np.bool_]:
    """The flags as bool, of whatever shape.

    Raises:
      UsageError: they are neither bool nor all of them 0 or 1.
    """
    expected = "must be flags, bool or 0 and 1, one an episode"
    if is_traced(ended):
        raise UsageError(_TRACED)
    try:
        found = np.asarray(ended)
    except ValueError as error:
        raise UsageError(f"ended is no array, {expected}: {error}") from error
    if found.dtype.kind not in "biuf" or not np.isin(found, (0, 1)).all():
        raise UsageError(f"ended={ended!r}, {expected}")
    return found.astype(bool)


def _chosen(mask: jax.Array, new: jax.Array, old: jax.Array) -> jax.Array:
    """The new rows [batch, ...] where the mask [batch] says so, else the old ones."""
    return jnp.where(mask.reshape(-1, *(1,) * (new.ndim - 1)), new, old)


def _prepared(policy: "TrainedPolicy") -> Callable[[Any, Any], tuple[jax.Array, Any]]:
    """A function of memory and observations [batch, ...]: taking a task apart costs a step's time.

    It gives the answers [batch, ...] and the memory after them.
    """
    leaves, structure = jax.tree.flatten(policy.task)
    compute = _compute(policy.learner, structure)
    return partial(compute, policy.weights, policy.state, leaves)


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
