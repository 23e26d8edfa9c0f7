"""The average of a search's last means: it wanders less than each of them."""

import jax
import jax.numpy as jnp

from hadax.core.types import Candidate


def running_average(
    average: Candidate, mean: Candidate, generation: jax.Array, span: int
) -> Candidate:
    """The average with one more mean in it, in the memory of one mean.

    `average_g = average_{g-1} + (mean_g - average_{g-1}) / min(g, span)`: of the first `span` means
    it is the plain average, and from then on an exponential one in which a mean's weight falls by
    `1 - 1 / span` a generation. An average of exactly the last `span` would have to keep them all.
    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992.

    Args:
      average: of the means before; of no meaning before the first.
      mean: this generation's.
      generation: 1 for the first, int32 [].
      span: generations that it goes back, at least 1; 1 gives the last mean.
    """
    share = 1 / jnp.minimum(generation, span).astype(jnp.float32)
    return jax.tree.map(lambda old, new: old + share * (new - old), average, mean)
