"""Several evaluations as one, and as scalars for people."""

from functools import partial

import jax
import jax.numpy as jnp

from hadax.core.evaluation import EPISODE_LENGTH, OF_POPULATION, Evaluation, joined
from hadax.core.types import Metrics, Statistics


def average_evaluations(evaluations: Evaluation) -> Evaluation:
    """One evaluation from several along the leading axis: means, but sums of the statistics."""
    return Evaluation(
        fitness=jnp.mean(evaluations.fitness, axis=0),
        metrics=jax.tree.map(partial(jnp.mean, axis=0), evaluations.metrics),
        statistics=sum_statistics(evaluations.statistics),
    )


def sum_statistics(statistics: Statistics) -> Statistics:
    """Statistics summed over their leading axis."""
    return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0), statistics)


def generation_metrics(evaluation: Evaluation) -> Metrics:
    """Scalars about a population's evaluations; those that failed are counted, not averaged.

    Only the lengths of their episodes are: those steps were played.

    Raises:
      UsageError: the task has a metric of the same name as one of these.
    """
    fitness = evaluation.fitness
    finite = jnp.isfinite(fitness)
    of_population = (
        jnp.mean(fitness, where=finite),
        jnp.max(fitness, where=finite, initial=-jnp.inf),
        jnp.min(fitness, where=finite, initial=jnp.inf),
        jnp.std(fitness, where=finite),
        jnp.sum(~finite),
    )
    own = dict(zip(OF_POPULATION, of_population, strict=True))
    judged = {
        name: jnp.mean(values, where=jnp.isfinite(values) & (finite | (name == EPISODE_LENGTH)))
        for name, values in evaluation.metrics.items()
    }
    return joined(own, judged, "population", "task")
