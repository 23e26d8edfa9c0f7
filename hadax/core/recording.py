"""One episode as a film sees it."""

import jax
from flax import struct


@struct.dataclass
class Recording:
    """What one episode looked like, step by step, the first state before any action.

    Attributes:
      seen: what the task's pose draws: observations [steps + 1, *input_shape], or links' poses
        [steps + 1, links, 7]; after the episode's end without meaning.
      returns: summed reward so far, float32 [steps + 1].
      length: steps of the episode, int32 [].
      step_seconds: seconds of the simulated world in a step; None where it has no clock.
    """

    seen: jax.Array
    returns: jax.Array
    length: jax.Array
    step_seconds: float | None = struct.field(pytree_node=False, default=None)
