"""A population's evaluations as scalars for people."""

import jax.numpy as jnp
import pytest

from hadax.core.errors import UsageError
from hadax.core.evaluation import EPISODE_LENGTH, Evaluation
from hadax.core.population.summaries import generation_metrics


def test_what_failed_is_counted_and_only_its_steps_are_averaged():
    fitness = jnp.asarray([1.0, jnp.nan, 3.0, jnp.inf])
    metrics = {
        "distance": jnp.asarray([2.0, 100.0, jnp.nan, 100.0]),
        EPISODE_LENGTH: jnp.asarray([10.0, 20.0, 30.0, 40.0]),
    }
    found = generation_metrics(Evaluation(fitness=fitness, metrics=metrics))
    assert found["fitness_mean"] == 2
    assert found["nan_candidates"] == 2
    assert found["distance"] == 2
    assert found[EPISODE_LENGTH] == 25


@pytest.mark.parametrize("name", ["fitness_mean", "nan_candidates"])
def test_a_task_s_metric_does_not_replace_the_population_s(name):
    evaluation = Evaluation(fitness=jnp.ones(2), metrics={name: jnp.ones(2)})
    with pytest.raises(UsageError, match=f"metric {name} is the population's"):
        generation_metrics(evaluation)
