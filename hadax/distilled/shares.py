"""How much of a score is kept: shares that mean the same whatever a task's zero is.

Returns may be negative, or have a floor that nobody falls below, so a share is of what is earned
above acting at random: (score - random) / (single - random). Where nothing is, there is no share.
"""

import math
from functools import partial
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.evaluation import Evaluation
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.objectives.training import evaluate_network
from hadax.core.task import Task
from hadax.core.types import Key, TaskState
from hadax.distilled.distilled import Distilled
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import measured
from hadax.distilled.score import Score
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.random_policy import random_policy_return

_EPISODES = 64
_UNTRAINED = 32

_Score = TypeVar("_Score", float, np.ndarray, jax.Array)


def share_kept(score: _Score, single: float, random: float) -> _Score:
    """The share of what a dataset earns above acting at random that a score still has.

    NaN where the dataset earns nothing above it: a worse score would have a larger share.

    Args:
      score: what is compared; of several networks at once, any shape.
      single: what the dataset itself scores.
      random: what acting at random scores.

    Examples:
      >>> share_kept(-100.0, single=-80.0, random=-500.0)
      0.9523809523809523
    """
    gain = single - random
    return (score - random) / (gain if gain > 0 else math.nan)


def told_share(share: float) -> str:
    """A share in words: "95%", or "none" where it is no number."""
    return f"{share:.0%}" if math.isfinite(share) else "none"


def share_of(score: Score, single: float, random: float) -> float:
    """As `share_kept`, of networks of which those that failed keep nothing.

    Else settings in which most networks diverge would be chosen for the few that don't. A share
    below none stays what it is: networks that fail would raise it.

    Args:
      score: what is compared.
      single, random: as for `share_kept`.
    """
    kept = share_kept(score.mean, single, random)
    return kept * (1 - score.failed) if kept > 0 else kept


@in_usual_settings
def random_score(distilled: Distilled, seed: Seed = None) -> float:
    """What acting at random scores; where there are no episodes, what untrained networks score.

    Args:
      distilled: whose task it is about.
      seed: decides actions and episodes, or initialisations.
    """
    key = as_key(seed)
    task, _ = distilled.task.for_measuring(1)
    if isinstance(task, ControlTask):
        return float(random_policy_return(task.environment, key, _EPISODES))
    evaluations = _untrained(
        distilled.learner, task, distilled.state, jax.random.split(key, _UNTRAINED)
    )
    return float(jnp.mean(measured(evaluations, task.score_metric)))


@partial(jax.jit, static_argnames="learner")
def _untrained(learner: Learner, task: Task, state: TaskState, keys: Key) -> Evaluation:
    def evaluate(key: Key) -> Evaluation:
        return evaluate_network(learner, task, state, learner.init(key), key)

    return jax.vmap(evaluate)(keys)
