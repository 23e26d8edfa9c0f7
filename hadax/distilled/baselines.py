"""What as many real examples teach: the score that a synthetic dataset has to be above."""

import dataclasses

import jax
import numpy as np

from hadax.core.errors import UsageError, require_count
from hadax.core.jax_settings import in_usual_settings
from hadax.core.settings.config import FRESH_NETWORKS
from hadax.distilled.distilled import Distilled
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.score import Score


@in_usual_settings
def measure_real(distilled: Distilled, seed: Seed = None, networks: int = FRESH_NETWORKS) -> Score:
    """Trains networks on as many real examples, drawn at random, the classes balanced.

    Args:
      distilled: gives the task, the learner and how many.
      seed: decides the examples, the initialisations, and what `Distilled.evaluate` draws.
      networks: how many, at least 1; each has examples of its own.

    Raises:
      ConfigError: no such number of networks.
      UsageError: the task has no real examples.
    """
    require_count("networks", networks, 1)
    task, size = distilled.task.with_data("train"), distilled.dataset.size
    scores = []
    for each in jax.random.split(as_key(seed), networks):
        drawn_key, network_key = jax.random.split(each)
        examples = task.real_examples(drawn_key, size)
        if examples is None:
            raise UsageError(f"{distilled.header.task.task} has no real examples")
        real = dataclasses.replace(distilled, dataset=examples, slots=None)
        scores.append(real.evaluate(network_key, networks=1))
    means = [score.mean for score in scores]
    mean, std = float(np.mean(means)), float(np.std(means))
    return dataclasses.replace(scores[0], mean=mean, std=std, networks=networks)
