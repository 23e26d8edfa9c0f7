"""One candidate's evaluation on several draws: as means are validated and chosen."""

from functools import partial

import jax

from hadax.core.evaluation import Evaluation
from hadax.core.objective import Objective
from hadax.core.population.chunk import largest_divisor, map_in_chunks
from hadax.core.population.placement import map_over_devices
from hadax.core.population.summaries import average_evaluations
from hadax.core.types import Candidate, Key, TaskState


@partial(jax.jit, static_argnames=("draws", "chunk", "devices"))
def evaluate_candidate(
    objective: Objective,
    key: Key,
    candidate: Candidate,
    task: TaskState,
    draws: int,
    chunk: int,
    devices: int,
) -> Evaluation:
    """The average of a candidate's evaluations with every schedule of the task over.

    Args:
      objective: what makes a candidate good.
      key: decides networks and episodes.
      candidate: what is evaluated.
      task: the task's state.
      draws: of the objective, evaluated independently.
      chunk: draws evaluated together on a device, at most.
      devices: share the draws where these divide evenly, else each does all of them.
    """

    def share(keys: Key, candidate: Candidate, task: TaskState) -> Evaluation:
        state = objective.at_end(task)

        def evaluate(key: Key) -> Evaluation:
            draw = objective.draw(key)
            return objective.evaluate(draw, objective.train(draw, candidate), state)

        return map_in_chunks(evaluate, keys, largest_divisor(keys.shape[0], chunk))

    keys = jax.random.split(key, draws)
    if draws % devices == 0:
        return average_evaluations(map_over_devices(share, keys, devices, candidate, task))
    return average_evaluations(share(keys, candidate, task))
