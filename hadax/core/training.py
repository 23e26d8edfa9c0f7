"""One network: from its keys, by its training, to its evaluation."""

from dataclasses import replace
from functools import partial
from typing import TypeAlias

import jax

from hadax.core.dataset import Dataset
from hadax.core.learner import Learner
from hadax.core.task import Evaluation, Task
from hadax.core.types import Key, LearnerState, Metrics, TaskState

Trained: TypeAlias = tuple[LearnerState, Metrics]
"""A trained network and what its training reports."""

# Beyond all numbers of learners, so that training shares no randomness with episodes.
_FIT_STREAM = 2**31 - 1


def initialisation_keys(key: Key, inits: int, learner: int = 0) -> Key:
    """The keys [inits] that a generation's networks start from.

    Args:
      key: the generation's, or the run's fixed one.
      inits: initialisations of each learner.
      learner: the learner's place among the objective's.
    """
    return jax.random.split(jax.random.fold_in(key, learner), inits)


def fit_key(key: Key) -> Key:
    """The key of a network's training, beside the episodes that the given one decides."""
    return jax.random.fold_in(key, _FIT_STREAM)


def train_and_evaluate(
    learner: Learner,
    task: Task,
    dataset: Dataset,
    state: TaskState,
    initial: LearnerState,
    key: Key,
) -> Evaluation:
    """Trains one network from the given initialisation and evaluates it on the task."""
    trained = learner.fit(fit_key(key), initial, dataset)
    return evaluate_trained(learner, task, state, trained, key)


def evaluate_trained(
    learner: Learner, task: Task, state: TaskState, trained: Trained, key: Key
) -> Evaluation:
    """Evaluates one trained network on the task, its training's metrics among the evaluation's."""
    network, fit_metrics = trained
    evaluation = task.evaluate(key, partial(learner.apply, network), state)
    return replace(evaluation, metrics={**evaluation.metrics, **fit_metrics})
