"""Measuring: fresh networks, or one policy, on fresh episodes or test data."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.dataset import Dataset
from hadax.core.evaluation import BROKEN_EPISODES, Evaluation
from hadax.core.learner import Learner
from hadax.core.objectives.training import evaluate_network, fit_key, train_and_evaluate
from hadax.core.population.chunk import map_in_chunks, training_chunk
from hadax.core.storage.trees import tree_bytes
from hadax.core.task import Task
from hadax.core.types import Key, LearnerState, Pytree, TaskState
from hadax.distilled.score import Quantiles, Score

_Result = TypeVar("_Result")


@partial(jax.jit, static_argnames="learner")
def fitted(learner: Learner, dataset: Dataset, init_key: Key, key: Key) -> LearnerState:
    """A network trained on a dataset, in its learner's plain form.

    Args:
      learner: trains it.
      dataset: what it is trained on.
      init_key: decides its initialisation.
      key: decides what its training draws.
    """
    trained, _ = learner.fit(fit_key(key), learner.init(init_key), dataset)
    return learner.parameters(trained)


@partial(jax.jit, static_argnames="learner")
def evaluate_networks(
    learner: Learner,
    task: Task,
    dataset: Dataset,
    state: TaskState,
    init_keys: Key,
    keys: Key,
) -> Evaluation:
    """Evaluations [networks] of networks trained on a dataset.

    Args:
      learner: trains them.
      task: as it is measured.
      dataset: what they are trained on.
      state: the task's.
      init_keys: decide their initialisations, [networks].
      keys: decide their training and their episodes, [networks].
    """

    def evaluate(pair: tuple[Key, Key]) -> Evaluation:
        initial = learner.init(pair[0])
        return train_and_evaluate(learner, task, dataset, state, initial, pair[1])

    weights = jax.eval_shape(learner.init, jax.random.key(0))
    return in_training_chunks(evaluate, weights, init_keys, keys)


def in_training_chunks(
    function: Callable[[tuple[Key, Key]], _Result], weights: Pytree, init_keys: Key, keys: Key
) -> _Result:
    """Trains networks, as many together as fit into the cache; results [networks, ...].

    Args:
      function: trains one network, from the key of its initialisation and another.
      weights: shapes of a network's.
      init_keys: first arguments, [networks].
      keys: second ones, [networks].
    """
    # Weights, their gradient and two moments.
    size = 4 * tree_bytes(weights)
    chunk = training_chunk(size, keys.shape[0], 1, jax.default_backend())
    return map_in_chunks(function, (init_keys, keys), chunk)


@partial(jax.jit, static_argnames="learner")
def evaluate_policy(
    learner: Learner, task: Task, weights: LearnerState, state: TaskState, keys: Key
) -> Evaluation:
    """Evaluations [groups] of one network.

    In groups, because a normaliser may go by the episodes that are played together.

    Args:
      learner: gives the network.
      task: as it is measured.
      weights: the network's.
      state: the task's.
      keys: decide the episodes, [groups].
    """
    return jax.vmap(partial(evaluate_network, learner, task, state, weights))(keys)


def measured(evaluations: Evaluation, metric: str) -> jax.Array:
    """What a score is of, float32 [networks].

    Args:
      evaluations: one a network, or a group of episodes.
      metric: "fitness", or the name of one of their metrics.
    """
    return evaluations.fitness if metric == "fitness" else evaluations.metrics[metric]


def score_of_networks(evaluations: Evaluation, task: Task, episodes: int) -> Score:
    """The score of networks by their evaluations [networks], those that are not finite left out.

    It is itself not finite where none of them is.

    Args:
      evaluations: one a network.
      task: as it was measured.
      episodes: episodes of each network; 0 for tasks without.
    """
    values = measured(evaluations, task.score_metric)
    networks, sound = values.shape[0], which_count(values)
    if not sound.all():
        values = values[sound]
        evaluations = jax.tree.map(lambda leaf: leaf[sound], evaluations)
    mean, std = float(jnp.mean(values)), float(jnp.std(values))
    score = _score(mean, std, networks, episodes, evaluations, task)
    return replace(score, failed=1 - float(np.mean(sound)))


def which_count(values: ArrayLike) -> NDArray[np.bool_]:
    """Which of the networks' values [networks] are finite; all of them where none is."""
    finite = np.isfinite(np.asarray(values))
    return finite if finite.any() else np.ones_like(finite)


def score_of_policy(evaluations: Evaluation, task: Task, episodes: int) -> Score:
    """The score of one policy by its evaluations [groups]; its spread is that of the episodes.

    Args:
      evaluations: one a group of episodes.
      task: as it was measured.
      episodes: episodes of each group; 0 for tasks without.
    """
    evaluations = _with_broken_groups(evaluations)
    values = measured(evaluations, task.score_metric)
    within = evaluations.metrics.get("return_std", jnp.zeros(values.shape))
    variance = jnp.mean(jnp.square(within)) + jnp.var(values)
    mean, std = float(jnp.mean(values)), float(jnp.sqrt(variance))
    return _score(mean, std, 1, episodes * values.shape[0], evaluations, task)


def _with_broken_groups(evaluations: Evaluation) -> Evaluation:
    """Groups of episodes that all broke, and have no return, count as the worst of the others.

    They are a part of what the one policy comes to; where rewards are costs, they must not pay.
    """
    broken = evaluations.metrics.get(BROKEN_EPISODES, jnp.zeros(1)) == 1
    lost = jnp.isnan(evaluations.fitness) & broken
    if evaluations.returns is None or not lost.any() or lost.all():
        return evaluations
    worst = jnp.minimum(jnp.min(evaluations.fitness, where=~lost, initial=jnp.inf), 0.0)
    spread = jnp.where(lost, 0.0, evaluations.metrics["return_std"])
    return replace(
        evaluations,
        fitness=jnp.where(lost, worst, evaluations.fitness),
        metrics={**evaluations.metrics, "return_std": spread},
        returns=jnp.where(lost[:, None], worst, evaluations.returns),
    )


def _score(
    mean: float, std: float, networks: int, episodes: int, evaluations: Evaluation, task: Task
) -> Score:
    metric, unseen = task.score_metric, task.has_test_data
    broken = float(jnp.mean(evaluations.metrics.get(BROKEN_EPISODES, jnp.zeros(1))))
    returns = None if evaluations.returns is None else quantiles_of(evaluations.returns)
    return Score(mean, std, networks, episodes, metric, broken, unseen, returns)


def quantiles_of(returns: ArrayLike) -> Quantiles:
    """The quantiles of returns [...] of episodes, all taken together; not numbers if one is not."""
    shares = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
    return Quantiles(*np.quantile(np.asarray(returns, np.float64), shares).tolist())
