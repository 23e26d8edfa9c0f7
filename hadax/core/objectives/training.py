"""One network: from its keys, by its training, to its evaluation."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.errors import UsageError
from hadax.core.evaluation import OF_POPULATION, Evaluation, joined, refuse_taken
from hadax.core.learner import Learner
from hadax.core.streams import FIT_STREAM
from hadax.core.task import Task
from hadax.core.types import Key, LearnerState, Metrics, TaskState

Trained: TypeAlias = tuple[LearnerState, Metrics]
"""A trained network and what its training reports."""


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
    return jax.random.fold_in(key, FIT_STREAM)


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
    """Evaluates one trained network on the task, its training's metrics among the evaluation's.

    Raises:
      UsageError: as evaluate_network; or the learner has a metric of the same name as the task or
        as a population.
    """
    network, fit_metrics = trained
    # Among the task's, generation_metrics could not tell whose it is.
    refuse_taken(OF_POPULATION, fit_metrics, "population", "learner")
    evaluation = evaluate_network(learner, task, state, network, key)
    metrics = joined(evaluation.metrics, fit_metrics, "task", "learner")
    return replace(evaluation, metrics=metrics)


def evaluate_network(
    learner: Learner, task: Task, state: TaskState, network: LearnerState, key: Key
) -> Evaluation:
    """Evaluates one network on the task.

    Raises:
      UsageError: the task gives no Evaluation with a fitness, metrics by name that are single
        numbers each, and no returns or a row of them; or it gives a policy inputs of another width
        than its own.
    """

    def policy(inputs: jax.Array) -> jax.Array:
        _require_inputs(inputs, tuple(task.input_shape))
        return learner.apply(network, inputs)

    found: object = task.evaluate(key, policy, state)
    if not isinstance(found, Evaluation):
        expected = "must give hadax.Evaluation(fitness=...)"
        raise UsageError(f"the task's evaluate gives {_kind(found)}, {expected}")
    if not isinstance(found.metrics, Mapping):
        raise UsageError(f"the task's metrics are {_kind(found.metrics)}; must be numbers by name")
    for name, value in {**found.metrics, "fitness": found.fitness}.items():
        if not isinstance(name, str):
            raise UsageError(f"the task's metrics have the name {name!r}; it must be a text")
        _require_numbers(name, value, 0, "one number")
    if found.returns is not None:
        _require_numbers("returns", found.returns, 1, "a number for each episode")
    # A count without a sign would be least where it is turned into a cost.
    return replace(found, fitness=jnp.asarray(found.fitness, jnp.float32))


def _require_inputs(inputs: object, shape: tuple[int, ...]) -> None:
    """Refuses what no network of a task with inputs of that `shape` takes; flattened ones will do.

    Args:
      inputs: should be an array [batch, *shape].
      shape: of one input.
    """
    expected = f"must be ({', '.join(map(str, ('batch', *shape)))})"
    if not isinstance(inputs, jax.Array | np.ndarray):
        raise UsageError(f"the task gives its policy {_kind(inputs)}, {expected}")
    if inputs.ndim < 2 or math.prod(inputs.shape[1:]) != math.prod(shape):
        raise UsageError(f"the task gives its policy inputs of shape {inputs.shape}, {expected}")


def _require_numbers(name: str, value: object, axes: int, expected: str) -> None:
    """Refuses what is no array with so many `axes` of real numbers, nor a number where none."""
    if not isinstance(value, jax.Array | np.ndarray | np.generic | float | int):
        raise UsageError(f"the task's {name} is {_kind(value)}; it must be {expected}")
    if np.ndim(value) != axes:
        raise UsageError(f"the task's {name} has shape {np.shape(value)}; it must be {expected}")
    kind = getattr(value, "dtype", np.dtype(type(value)))
    if not any(jnp.issubdtype(kind, each) for each in (jnp.bool_, jnp.integer, jnp.floating)):
        raise UsageError(f"the task's {name} is of type {kind}; it must be {expected}")


def _kind(value: object) -> str:
    # The class of an array that is traced says nothing to whoever wrote a task.
    return "an array" if isinstance(value, jax.Array) else type(value).__name__
