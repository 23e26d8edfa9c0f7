"""What a candidate keeps in memory, from which the automatic chunks follow."""

from typing import Any

import jax

from hadax.core.chunk import evaluation_chunk, growth_bytes, training_chunk, tree_bytes
from hadax.core.objective import Distillation, Objective
from hadax.core.types import Key
from hadax.learners.shared_first_layer import SharedFirstLayerLearner, own_bytes


def automatic_chunks(objective: Objective, population: int, platform: str) -> tuple[int, int]:
    """How many candidates to train, and how many to evaluate together on one device.

    Args:
      objective: what is evolved.
      population: candidates on the device.
      platform: JAX's name of it.

    Returns:
      Both; the second is 0 where a candidate is evaluated with those that it was trained with.
    """
    draw, state, candidate, trained = jax.eval_shape(_everything(objective), jax.random.key(0))
    if not isinstance(objective, Distillation):
        return evaluation_chunk(tree_bytes(candidate), population, platform), 0
    weights = sum(own_bytes(network) for network, _ in trained)
    # Weights, their gradient and two moments.
    chunk = training_chunk(4 * weights + tree_bytes(candidate), population, platform)
    if any(isinstance(learner, SharedFirstLayerLearner) for learner in objective.learners):
        # Candidates share their networks' first weights only as long as they stay together.
        return chunk, 0

    def evaluate(trained: Any, draw: Any, state: Any) -> Any:
        return objective.evaluate(draw, trained, state)

    made = growth_bytes(evaluate, trained, draw, state)
    return chunk, evaluation_chunk(weights + made, population, platform)


def _everything(objective: Objective) -> Any:
    """A function that makes one candidate's draw, task state, candidate and networks."""

    def make(key: Key) -> Any:
        draw, candidate = objective.draw(key), objective.prototype(key)
        return draw, objective.init(key), candidate, objective.train(draw, candidate)

    return make
