"""What evaluating one policy comes to."""

from collections.abc import Collection

import jax
from flax import struct

from hadax.core.errors import UsageError
from hadax.core.types import Metrics, Statistics

EPISODE_LENGTH = "episode_length"
"""The metric of control tasks that says how many steps an episode was played, on average."""

BROKEN_EPISODES = "broken_episodes"
"""The metric of control tasks that says what share of the episodes the simulator broke."""

OF_POPULATION = ("fitness_mean", "fitness_max", "fitness_min", "fitness_std", "nan_candidates")
"""Metrics of a generation's whole population: no task and no learner has one of such a name."""


@struct.dataclass
class Evaluation:
    """What one evaluation of one policy says.

    Attributes:
      fitness: higher is better, float32 []; NaN when the policy's outputs are not finite, or
        nothing could be evaluated.
      metrics: further scalars for people, by name; a vector is none.
      statistics: what the task's state learns from this evaluation; summed over a population.
      returns: each episode's, float32 [episodes], which final measurements tell of; None without
        episodes.

    Examples:
      >>> import hadax, jax.numpy as jnp
      >>> hadax.Evaluation(fitness=jnp.float32(1.5)).metrics
      {}
    """

    fitness: jax.Array
    metrics: Metrics = struct.field(default_factory=dict)
    statistics: Statistics = ()
    returns: jax.Array | None = None


def joined(own: Metrics, further: Metrics, owner: str, giver: str) -> Metrics:
    """Metrics of two origins as one mapping.

    Args:
      own: those whose names stand.
      further: the others.
      owner: whose the first are, for the message.
      giver: whose the others are.

    Raises:
      UsageError: both have one of the same name.
    """
    refuse_taken(own, further, owner, giver)
    return {**own, **further}


def refuse_taken(taken: Collection[str], metrics: Metrics, owner: str, giver: str) -> None:
    """Refuses metrics whose names others have.

    Args:
      taken: those names.
      metrics: by name.
      owner: whose the names are, for the message.
      giver: whose the metrics are.

    Raises:
      UsageError: of the first one, by the alphabet.
    """
    if both := sorted(set(taken) & metrics.keys()):
        raise UsageError(f"the {giver}'s metric {both[0]} is the {owner}'s: call it otherwise")
