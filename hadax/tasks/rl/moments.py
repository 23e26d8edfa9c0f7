"""Running mean and variance of observations.

Moments are merged by the parallel algorithm of Chan, Golub & LeVeque (1979), which keeps its
precision in float32; each evaluation's sums are taken around the mean in use, so that they are
small and add up over a population.
"""

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.errors import UsageError
from hadax.tasks.spread import SMALLEST_STD


@struct.dataclass
class Moments:
    """What the observations have been so far.

    Attributes:
      count: observations seen, float32 [].
      mean: [*observation_shape].
      squares: summed squared distance from the mean, [*observation_shape].
    """

    count: jax.Array
    mean: jax.Array
    squares: jax.Array


@struct.dataclass
class MomentSums:
    """What some episodes add: sums around the mean of the Moments in use; they add up.

    Attributes:
      count: observations, float32 [].
      total: summed distance from that mean, [*observation_shape].
      squares: summed squared distance from it, [*observation_shape].
    """

    count: jax.Array
    total: jax.Array
    squares: jax.Array


def initial_moments(shape: tuple[int, ...], count: float = 1.0) -> Moments:
    """The identity: `count` imagined observations (a fraction of one, say), mean 0, variance 1."""
    return Moments(
        count=jnp.float32(count), mean=jnp.zeros(shape), squares=jnp.full(shape, jnp.float32(count))
    )


def given_moments(
    mean: jax.Array, variance: jax.Array, shape: tuple[int, ...], count: float = 1.0
) -> Moments:
    """Moments of that mean and variance.

    Args:
      mean: [*shape].
      variance: [*shape].
      shape: an observation's.
      count: of how many observations, above 0.

    Raises:
      UsageError: another shape.
    """
    for name, found in (("mean", mean), ("variance", variance)):
        if tuple(found.shape) != tuple(shape):
            raise UsageError(
                f"{name} of shape {tuple(found.shape)}, but an observation has {tuple(shape)}"
            )
    mean, variance = jnp.asarray(mean, jnp.float32), jnp.asarray(variance, jnp.float32)
    return Moments(count=jnp.float32(count), mean=mean, squares=variance * count)


def zero_sums(shape: tuple[int, ...]) -> MomentSums:
    """The sums of no observation."""
    return MomentSums(count=jnp.float32(0), total=jnp.zeros(shape), squares=jnp.zeros(shape))


def normalize(moments: Moments, observations: jax.Array) -> jax.Array:
    """Observations [batch, *shape] with mean 0 and variance 1."""
    return (observations - moments.mean) / std_of(moments)


def denormalize(moments: Moments, normalized: jax.Array) -> jax.Array:
    """The observations [batch, *shape] that `normalize` makes these of."""
    return normalized * std_of(moments) + moments.mean


def add_observations(
    sums: MomentSums, moments: Moments, observations: jax.Array, counted: jax.Array
) -> MomentSums:
    """The sums, some more observations among them.

    Args:
      sums: what was summed before.
      moments: those in use; distances are from their mean.
      observations: [batch, *shape].
      counted: which of them are to be added, bool [batch].
    """
    mask = counted.reshape(counted.shape + (1,) * (observations.ndim - 1))
    distance = jnp.where(mask, observations - moments.mean, 0.0)
    return MomentSums(
        count=sums.count + jnp.sum(counted, dtype=jnp.float32),
        total=sums.total + jnp.sum(distance, axis=0),
        squares=sums.squares + jnp.sum(jnp.square(distance), axis=0),
    )


def merge(moments: Moments, sums: MomentSums) -> Moments:
    """The moments of the observations before and of those summed since."""
    count = moments.count + sums.count
    shift = sums.total / count
    return Moments(
        count=count,
        mean=moments.mean + shift,
        # The difference of two large numbers: rounding may take it below zero where the
        # observations hardly vary, and the root of that would be NaN for ever.
        squares=jnp.maximum(moments.squares + sums.squares - count * jnp.square(shift), 0.0),
    )


def include(moments: Moments, observations: jax.Array, counted: jax.Array) -> Moments:
    """The moments after some more observations.

    Their own mean comes first: around a mean that is far off, a small variance would drown in
    rounding, and `cos` of a small angle has one.

    Args:
      moments: of the observations before; where they are of none, one at least is to be added.
      observations: [batch, *shape].
      counted: which of them are to be added, bool [batch].
    """
    mask = counted.reshape(counted.shape + (1,) * (observations.ndim - 1))
    count = jnp.sum(counted, dtype=jnp.float32)
    mean = jnp.sum(jnp.where(mask, observations, 0.0), axis=0) / jnp.maximum(count, 1.0)
    squares = jnp.sum(jnp.where(mask, jnp.square(observations - mean), 0.0), axis=0)
    total, shift = moments.count + count, mean - moments.mean
    weight = moments.count * count / total
    return Moments(
        count=total,
        mean=moments.mean + shift * count / total,
        squares=moments.squares + squares + weight * jnp.square(shift),
    )


def sums_around(moments: Moments, seen: Moments) -> MomentSums:
    """What `seen` adds to `moments`: `merge` of the two gives the moments of both."""
    shift = seen.mean - moments.mean
    return MomentSums(
        count=seen.count,
        total=seen.count * shift,
        squares=seen.squares + seen.count * jnp.square(shift),
    )


def std_of(moments: Moments) -> jax.Array:
    """Standard deviations [*observation_shape], none so small that dividing by it is unsafe."""
    return jnp.maximum(jnp.sqrt(moments.squares / moments.count), SMALLEST_STD)
