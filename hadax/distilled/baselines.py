"""What as many real examples teach: the score that a synthetic dataset has to be above."""

import dataclasses

import jax
import numpy as np

from hadax.core.artifact import Score
from hadax.core.types import Key
from hadax.distilled.distilled import Distilled


def measure_real(distilled: Distilled, key: Key, networks: int) -> Score:
    """Trains networks on as many real examples, drawn at random, the classes balanced.

    Args:
      distilled: gives the task, which must have real examples, the learner and how many.
      key: decides the examples, the initialisations, and what `Distilled.evaluate` draws.
      networks: how many, at least 1; each has examples of its own.
    """
    task, size = distilled.task.with_data("train"), distilled.dataset.size
    scores = []
    for each in jax.random.split(key, networks):
        drawn_key, network_key = jax.random.split(each)
        drawn = task.real_examples(drawn_key, size)
        assert drawn is not None
        real = dataclasses.replace(distilled, dataset=drawn)
        scores.append(real.evaluate(network_key, networks=1))
    means = [score.mean for score in scores]
    mean, std = float(np.mean(means)), float(np.std(means))
    return dataclasses.replace(scores[0], mean=mean, std=std, networks=networks)
