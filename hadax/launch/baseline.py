"""What as many real examples teach: the score that a synthetic dataset has to be above."""

import dataclasses

import jax
import numpy as np

from hadax import tasks
from hadax.core.artifact import Score
from hadax.core.errors import UsageError
from hadax.core.types import Key
from hadax.launch.distilled import Distilled


def measure_real(distilled: Distilled, key: Key, networks: int) -> Score:
    """Trains networks on real examples, as many of each class as the dataset has, drawn at random.

    Args:
      distilled: gives the task, the learner and the number of examples.
      key: decides the examples, the initialisations, and what `Distilled.evaluate` draws.
      networks: how many, at least 1; each has examples of its own.

    Raises:
      UsageError: the task has no real examples to draw from.
    """
    description = distilled.artifact.description
    if "init" not in tasks.options_of(description.task):
        raise UsageError(f"{description.task} has no real examples to compare with")
    options = {**description.task_options, "init": "sample"}
    task, size = tasks.make(description.task, **options), distilled.dataset.size
    scores = []
    for each in jax.random.split(key, networks):
        drawn_key, network_key = jax.random.split(each)
        real = dataclasses.replace(distilled, dataset=task.initial_dataset(drawn_key, size))
        scores.append(real.evaluate(network_key, networks=1))
    means = [score.mean for score in scores]
    mean, std = float(np.mean(means)), float(np.std(means))
    return dataclasses.replace(scores[0], mean=mean, std=std, networks=networks)
