"""A trained network in its environment, step by step."""

from functools import partial

import jax

from hadax.core.errors import UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.recording import Recording
from hadax.core.task import Task
from hadax.core.types import Key, LearnerState, TaskState
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.policy import TrainedPolicy


@in_usual_settings
def episode(
    policy: TrainedPolicy, seed: Seed, name: str, frozen_statistics: bool = False
) -> Recording:
    """An episode with the best actions.

    Args:
      policy: plays it.
      seed: decides how it begins, and what the environment draws.
      name: what is played, for the message.
      frozen_statistics: whether observations are normalised by the file's statistics, as `act`
        does it; else as the task does it, which may be by what the episode has shown.

    Raises:
      ConfigError: no seed.
      UsageError: the task has no episodes.
    """
    key = as_key(seed)
    task = policy.task.as_played() if frozen_statistics else policy.task.greedy()
    found = _recorded(policy.learner, task, policy.weights, policy.state, key)
    if found is None:
        raise UsageError(f"{name} has no episodes to play; hadax-show draws its examples")
    return found


@partial(jax.jit, static_argnames="learner")
def _recorded(
    learner: Learner, task: Task, weights: LearnerState, state: TaskState, key: Key
) -> Recording | None:
    return task.record(key, partial(learner.apply, weights), state)
