"""What a network keeps in memory, from which the automatic chunks follow."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp

from hadax.core.carried import change_of
from hadax.core.errors import UsageError, failure, out_of_memory
from hadax.core.evaluation import Evaluation
from hadax.core.generation.engine import Engine
from hadax.core.objective import Objective
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.population.chunk import bytes_per_candidate, evaluation_chunk, training_chunk
from hadax.core.population.summaries import sum_statistics
from hadax.core.storage.trees import tree_bytes
from hadax.core.types import Candidate, Drawn, Key, Pytree, Statistics, TaskState


@dataclass(frozen=True)
class Demand:
    """What one network keeps alive: the largest, where a candidate's differ.

    Attributes:
      training_bytes: while it is trained; 0 where none is.
      evaluation_bytes: while it is evaluated.
      inits: networks of one candidate that can be trained together.
      in_one_piece: whether candidates must stay together from training to evaluation.
    """

    training_bytes: int
    evaluation_bytes: int
    inits: int
    in_one_piece: bool


def demand_of(objective: Objective, called: str = "the task") -> Demand:
    """Traces an objective, computing nothing: what a network of it needs.

    Args:
      objective: is traced, with the update of its state.
      called: what messages call its task.

    Raises:
      UsageError: the task cannot evaluate these networks, its fitness is not one number, or what
        it is to be scored by is no metric of it.
    """
    try:
        return _traced(objective)
    except UsageError:
        raise
    except Exception as error:
        # A plug-in's code may raise anything.
        if out_of_memory(error):
            raise
        told = failure(_failure_alone(objective) or error)
        raise UsageError(f"{called} cannot evaluate these networks: {told}") from error


def automatic_chunks(demand: Demand, population: int, platform: str) -> tuple[int, int]:
    """How many networks to train, and how many to evaluate together on one device.

    Args:
      demand: what one of them needs.
      population: candidates on the device.
      platform: JAX's name of it.

    Returns:
      Both; the second is 0 where a network is evaluated with those that it was trained with.
    """
    evaluated = evaluation_chunk(demand.evaluation_bytes, population, demand.inits, platform)
    if not demand.training_bytes:
        return evaluated, 0
    trained = training_chunk(demand.training_bytes, population, demand.inits, platform)
    return (max(trained, demand.inits), 0) if demand.in_one_piece else (trained, evaluated)


def in_chunks(objective: Objective, trained: int, evaluated: int) -> Objective:
    """The objective with a candidate's networks one after the other where chunks are smaller.

    Args:
      objective: what is run.
      trained: networks trained together on a device.
      evaluated: networks evaluated together.
    """
    if not isinstance(objective, Distillation):
        return objective
    inits = objective.inits_per_candidate
    return replace(
        objective,
        network_chunk=min(trained, inits),
        evaluation_network_chunk=min(evaluated, inits),
    )


def networks_together(engine: Engine) -> int:
    """Networks trained together on a device: what `--chunk` counts."""
    return math.prod(_training_chunks(engine))


def halved(engine: Engine) -> Engine:
    """The engine with half as many networks together on a device."""
    objective, inits = engine.objective, 1
    if isinstance(objective, Distillation):
        inits = objective.evaluation_network_chunk or objective.inits_per_candidate
    candidates, trained = _half(*_training_chunks(engine))
    evaluated_candidates, evaluated = _half(engine.evaluated_together, inits)
    return replace(
        engine,
        objective=in_chunks(objective, trained, evaluated),
        candidate_chunk=candidates,
        # 0 is as many as are trained, and stays so.
        evaluation_candidate_chunk=evaluated_candidates if engine.evaluation_candidate_chunk else 0,
    )


def _training_chunks(engine: Engine) -> tuple[int, int]:
    """Candidates trained together on a device, and networks of each."""
    objective = engine.objective
    if not isinstance(objective, Distillation):
        return engine.candidate_chunk, 1
    return engine.candidate_chunk, objective.network_chunk or objective.inits_per_candidate


def _half(candidates: int, networks: int) -> tuple[int, int]:
    """Half as many of both together: fewer candidates, or fewer networks of one, never no one."""
    return (candidates // 2, networks) if candidates > 1 else (1, max(1, networks // 2))


def refuse_too_large(engine: Engine, demand: Demand) -> None:
    """Refuses a search that cannot be: population, strategy and a network do not fit each device.

    Every device draws the whole population, and those of a process share what it has.

    Args:
      engine: what is to be run.
      demand: what one network needs.

    Raises:
      UsageError: says how many bytes they take, and how many there are.
    """
    key = jax.random.key(0)
    candidate = tree_bytes(jax.eval_shape(engine.objective.prototype, key))
    state = tree_bytes(jax.eval_shape(engine.init, key))
    network = max(demand.training_bytes, demand.evaluation_bytes)
    each = state + candidate * engine.strategy.population + network
    needed = each * max(1, engine.devices // jax.process_count())
    there = memory_bytes()
    if there is not None and needed > there:
        raise UsageError(
            f"--population={engine.strategy.population} candidates of {_in_words(candidate)}, the"
            f" strategy's {_in_words(state)} and networks of {_in_words(network)} take"
            f" {_in_words(needed)} at least, but there are {_in_words(there)}; try a smaller"
            " population, dataset or network, or another strategy"
        )


def memory_bytes() -> int | None:
    """The memory of this process's devices, or of their host; None where unknown."""
    device = jax.local_devices()[0]
    if device.platform == "cpu":
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = (device.memory_stats() or {}).get("bytes_limit")
    return None if limit is None else int(limit) * len(jax.local_devices())


def _in_words(size: int) -> str:
    return f"{size / 2**30:,.1f} GiB" if size >= 2**29 else f"{size / 2**20:,.1f} MiB"


def _traced(objective: Objective) -> Demand:
    draw, state, candidate, trained = jax.eval_shape(_everything(objective), jax.random.key(0))
    made, evaluation = bytes_per_candidate(_evaluate(objective), trained, draw, state)
    _require_same_state(objective, state, evaluation.statistics)
    metric = "fitness"
    if isinstance(objective, Distillation | Neuroevolution):
        metric = objective.task.score_metric
    if metric not in ("fitness", *evaluation.metrics):
        listed = ", ".join(("fitness", *sorted(evaluation.metrics)))
        raise UsageError(f"the task's score_metric is {metric}; its evaluations have {listed}")
    if not isinstance(objective, Distillation):
        return Demand(0, tree_bytes(candidate) + made, inits=1, in_one_piece=True)
    inits = objective.inits_per_candidate
    each = zip(objective.learners, trained, strict=True)
    weights = max(learner.own_bytes(networks) for learner, (networks, _) in each) // inits
    return Demand(
        # Weights, their gradient and two moments.
        training_bytes=4 * weights + tree_bytes(candidate),
        evaluation_bytes=weights + made // inits,
        inits=inits,
        # Candidates share their networks' first weights only as long as they stay together.
        in_one_piece=any(learner.shares_between_candidates for learner in objective.learners),
    )


def _require_same_state(objective: Objective, state: TaskState, statistics: Statistics) -> None:
    """Refuses a task whose state becomes another kind: neither checkpoint nor result could hold it.

    Args:
      objective: has the task.
      state: shapes of its first state.
      statistics: shapes of those of one candidate.

    Raises:
      UsageError: says what is of which shape and type when.
    """

    def updated(state: TaskState, statistics: Statistics) -> TaskState:
        several = jax.tree.map(lambda leaf: jnp.stack([leaf]), statistics)
        return objective.update(state, sum_statistics(several))

    for after, then in (
        (jax.eval_shape(updated, state, statistics), "after update"),
        (jax.eval_shape(objective.at_end, state), "after at_end"),
    ):
        if changed := change_of(state, after, "after init", then):
            raise UsageError(f"the task's {changed}")


def _failure_alone(objective: Objective) -> Exception | None:
    """How one candidate fails by itself: in the user's shapes, not those of many side by side."""

    def alone(key: Key) -> Evaluation:
        draw, state, _, trained = _everything(objective)(key)
        return _evaluate(objective)(trained, draw, state)

    try:
        jax.eval_shape(alone, jax.random.key(0))
    except Exception as error:
        return error
    return None


def _evaluate(objective: Objective) -> Callable[[Pytree, Drawn, TaskState], Evaluation]:
    """An objective's evaluation with what differs between candidates first."""
    return lambda trained, draw, state: objective.evaluate(draw, trained, state)


def _everything(
    objective: Objective,
) -> Callable[[Key], tuple[Drawn, TaskState, Candidate, Pytree]]:
    """A function that makes one candidate's draw, task state, candidate and networks."""

    def make(key: Key) -> tuple[Drawn, TaskState, Candidate, Pytree]:
        draw, candidate = objective.draw(key), objective.prototype(key)
        return draw, objective.init(key), candidate, objective.train(draw, candidate)

    return make
