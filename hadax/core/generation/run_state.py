"""What a run carries from one generation to the next."""

import jax
from flax import struct

from hadax.core.generation.best_means import ValidatedMean
from hadax.core.types import Candidate, Key, StrategyState, TaskState


@struct.dataclass
class RunState:
    """Everything that a run carries from one generation to the next, and a checkpoint holds.

    Attributes:
      key: the run's own key; the randomness of generation g is its fold with g.
      generation: generations done, int32 [].
      strategy: the strategy's state.
      task: the task's state.
      best: the means that validated best, [keep_best, ...]; () where none are kept.
      average: the running average of the means, a candidate; () where they are not averaged.
    """

    key: Key
    generation: jax.Array
    strategy: StrategyState
    task: TaskState
    best: ValidatedMean | tuple[()] = ()
    average: Candidate = ()
