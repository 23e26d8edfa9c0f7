"""The few means of a search that did best where they were validated."""

from dataclasses import replace

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.types import Candidate, TaskState


@struct.dataclass
class ValidatedMean:
    """An evolved mean and how it did; or several, with a leading axis [keep, ...] throughout.

    Attributes:
      candidate: the mean.
      task: the task's state that it was evolved with, the observation normaliser among it.
      fitness: on networks and episodes of its own, float32 []; -inf of an empty place.
      generation: after which it was the mean, int32 []; 0 of an empty place.
    """

    candidate: Candidate
    task: TaskState
    fitness: jax.Array
    generation: jax.Array


def none_kept(count: int, candidate: Candidate, task: TaskState) -> ValidatedMean:
    """Empty places, leaves [count, ...].

    Args:
      count: means to keep, at least 1.
      candidate: one, for its shapes.
      task: the task's state, for its shapes.
    """
    empty = ValidatedMean(candidate, task, jnp.float32(-jnp.inf), jnp.int32(0))
    return jax.tree.map(lambda leaf: jnp.stack([leaf] * count), empty)


@jax.jit
def kept_with(best: ValidatedMean, mean: ValidatedMean) -> ValidatedMean:
    """The best of the means kept and one more, best first, leaves [keep, ...].

    Of equals the newest comes first. A mean whose fitness is not finite is never kept.

    Args:
      best: those kept so far, leaves [keep, ...].
      mean: newer than all of them, leaves [...].
    """
    sound = jnp.isfinite(mean.fitness)
    judged = replace(
        mean,
        fitness=jnp.where(sound, mean.fitness, -jnp.inf),
        generation=jnp.where(sound, mean.generation, 0),
    )
    joined = jax.tree.map(lambda old, new: jnp.concatenate([new[None], old]), best, judged)
    order = jnp.argsort(-joined.fitness, stable=True)[: best.fitness.shape[0]]
    kept: ValidatedMean = jax.tree.map(lambda leaf: leaf[order], joined)
    return kept


def kept_means(best: ValidatedMean | tuple[()]) -> list[ValidatedMean]:
    """The means kept, [keep, ...], one by one; without empty places."""
    if not isinstance(best, ValidatedMean):
        return []
    filled = int(jnp.sum(best.generation > 0))
    return [_entry(best, jnp.int32(index)) for index in range(filled)]


@jax.jit
def _entry(best: ValidatedMean, index: jax.Array) -> ValidatedMean:
    mean: ValidatedMean = jax.tree.map(lambda leaf: leaf[index], best)
    return mean
