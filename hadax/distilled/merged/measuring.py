"""Measuring merged networks: trained once, played on one task after the other.

Training and playing are compiled apart, so that another inner loop compiles no simulator anew.
"""

from functools import partial

import jax

from hadax.core.dataset import Dataset
from hadax.core.evaluation import Evaluation
from hadax.core.learner import Learner
from hadax.core.objectives.training import evaluate_network, fit_key
from hadax.core.population.chunk import map_in_chunks
from hadax.core.task import Task
from hadax.core.types import Key, LearnerState, TaskState
from hadax.distilled.measuring import in_training_chunks
from hadax.learners.merged import HeadLearner


@partial(jax.jit, static_argnames="learner")
def fit_networks(learner: Learner, dataset: Dataset, init_keys: Key, keys: Key) -> LearnerState:
    """Networks trained on a dataset, in their learner's plain form, [networks, ...].

    Args:
      learner: trains them.
      dataset: what they are trained on.
      init_keys: decide their initialisations, [networks].
      keys: decide what their trainings draw, [networks].
    """

    def fit(pair: tuple[Key, Key]) -> LearnerState:
        trained, _ = learner.fit(fit_key(pair[1]), learner.init(pair[0]), dataset)
        return learner.parameters(trained)

    weights = jax.eval_shape(learner.init, jax.random.key(0))
    return in_training_chunks(fit, weights, init_keys, keys)


def evaluate_head(
    head: HeadLearner,
    task: Task,
    state: TaskState,
    weights: LearnerState,
    keys: Key,
    episodes: int,
) -> tuple[Evaluation, int]:
    """Evaluations [networks] of networks on one of their tasks, and episodes of each.

    Args:
      head: the task's.
      task: it.
      state: the task's.
      weights: of the networks, [networks, ...].
      keys: decide their episodes, [networks].
      episodes: of each network; passed over for tasks without.
    """
    task, episodes = task.for_measuring(episodes)
    return _evaluate(head, task, state, weights, keys), episodes


@partial(jax.jit, static_argnames="head")
def _evaluate(
    head: HeadLearner, task: Task, state: TaskState, weights: LearnerState, keys: Key
) -> Evaluation:
    def evaluate(pair: tuple[LearnerState, Key]) -> Evaluation:
        return evaluate_network(head, task, state, *pair)

    return map_in_chunks(evaluate, (weights, keys), keys.shape[0])
