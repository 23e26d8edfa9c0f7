"""What as many real examples teach: the score that a synthetic dataset has to be above."""

import dataclasses

import jax
import numpy as np

from hadax import tasks
from hadax.core.artifact import Score
from hadax.core.types import Key
from hadax.distilled.distilled import Distilled


def has_real_examples(task: str) -> bool:
    """Whether a task, by its name, has real examples to draw."""
    return "init" in tasks.options_of(task)


def measure_real(distilled: Distilled, key: Key, networks: int) -> Score:
    """Trains networks on as many real examples, drawn at random, the classes balanced.

    Args:
      distilled: gives the task, which must have real examples, the learner and how many.
      key: decides the examples, the initialisations, and what `Distilled.evaluate` draws.
      networks: how many, at least 1; each has examples of its own.
    """
    description = distilled.artifact.description
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
