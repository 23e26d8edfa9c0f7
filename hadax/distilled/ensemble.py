"""Ensembles: the mean action of several networks trained on one dataset."""

import jax

from hadax.core.errors import MOST_ENTRIES, ConfigError, require_count
from hadax.core.jax_settings import in_usual_settings
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS
from hadax.core.specification import Discrete
from hadax.distilled.distilled import Distilled
from hadax.distilled.initialisations import fixed_keys
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import evaluate_networks, fitted, score_of_networks
from hadax.distilled.policy import TrainedPolicy
from hadax.distilled.score import Score
from hadax.learners.ensemble import EnsembleLearner


@in_usual_settings
def fit_ensemble(distilled: Distilled, size: int, seed: Seed = None) -> TrainedPolicy:
    """Networks trained on the dataset, as one policy that takes their mean action.

    Args:
      distilled: the dataset.
      size: networks, at least 1.
      seed: decides their initialisations.

    Raises:
      ConfigError: no such size, or a dataset of HaDES-F, which knows one initialisation.
    """
    learner, key = _learner(distilled, size), as_key(seed)
    init_key, _ = jax.random.split(key)
    weights = fitted(learner, distilled.dataset, init_key, key)
    return TrainedPolicy(weights, distilled.task, distilled.state, learner)


@in_usual_settings
def evaluate_ensemble(
    distilled: Distilled,
    size: int,
    seed: Seed = None,
    networks: int = FRESH_NETWORKS,
    episodes: int = FRESH_EPISODES,
) -> Score:
    """Measures ensembles of fresh networks on fresh episodes or test data.

    Args:
      distilled: the dataset.
      size: networks of an ensemble, at least 1.
      seed: decides initialisations and episodes.
      networks: ensembles, at least 1.
      episodes: of each of them.

    Raises:
      ConfigError: as for `fit_ensemble`.
    """
    require_count("networks", networks, 1)
    learner = _learner(distilled, size)
    task, episodes = distilled.task.for_measuring(episodes)
    init_key, episode_key = jax.random.split(as_key(seed))
    evaluations = evaluate_networks(
        learner,
        task,
        distilled.dataset,
        distilled.state,
        jax.random.split(init_key, networks),
        jax.random.split(episode_key, networks),
    )
    return score_of_networks(evaluations, task, episodes)


def _learner(distilled: Distilled, size: int) -> EnsembleLearner:
    require_count("ensemble", size, 1, MOST_ENTRIES)
    if fixed_keys(distilled.header) is not None:
        expected = "HaDES-F datasets know one initialisation, which makes one network"
        raise ConfigError("ensemble", size, expected)
    discrete = isinstance(distilled.task.target, Discrete)
    return EnsembleLearner(distilled.learner, size, discrete)
