"""What as many real examples teach: the score that a synthetic dataset has to be above."""

import jax
import jax.numpy as jnp

from hadax.core.errors import UsageError, require_count
from hadax.core.jax_settings import in_usual_settings
from hadax.core.settings.config import FRESH_EPISODES, FRESH_NETWORKS
from hadax.distilled.distilled import Distilled
from hadax.distilled.initialisations import fixed_keys
from hadax.distilled.keys import Seed, as_key
from hadax.distilled.measuring import evaluate_networks, score_of_networks
from hadax.distilled.score import Score


@in_usual_settings
def measure_real(distilled: Distilled, seed: Seed = None, networks: int = FRESH_NETWORKS) -> Score:
    """Trains networks on as many real examples, drawn at random, the classes balanced.

    Those that give no finite number are counted in `failed` and left out, as by
    `Distilled.evaluate`.

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
    measured, episodes = distilled.task.for_measuring(FRESH_EPISODES)
    fixed = fixed_keys(distilled.header)
    found = []
    for place, each in enumerate(jax.random.split(as_key(seed), networks)):
        drawn_key, network_key = jax.random.split(each)
        examples = task.real_examples(drawn_key, size)
        if examples is None:
            raise UsageError(f"{distilled.header.task.task} has no real examples")
        # Of HaDES-F each of the initialisations that the dataset was made for, in turn.
        fresh_key, episode_key = jax.random.split(network_key)
        turn = place % (1 if fixed is None else len(fixed))
        init_keys = jax.random.split(fresh_key, 1) if fixed is None else fixed[turn][None]
        found.append(
            evaluate_networks(
                distilled.learner,
                measured,
                examples,
                distilled.state,
                init_keys,
                jax.random.split(episode_key, 1),
            )
        )
    evaluations = jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *found)
    return score_of_networks(evaluations, measured, episodes)
