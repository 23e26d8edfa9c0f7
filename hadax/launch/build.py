"""From a complete set of values to objects: the one place where all rooms meet."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp

from hadax import tasks
from hadax.core.chunk import auto_chunk, tree_bytes
from hadax.core.dataset import Dataset
from hadax.core.engine import Engine
from hadax.core.errors import ConfigError, require, require_choice
from hadax.core.objective import Distillation, Neuroevolution, Objective
from hadax.core.parametrization import FixedTargets, LearnedLabels, LearnedTargets, Parametrization
from hadax.core.run import Pace
from hadax.core.strategy import Strategy
from hadax.core.task import Discrete, Task
from hadax.core.types import Key
from hadax.launch.settings import task_options
from hadax.learners.config import LearnerConfig, make_learner
from hadax.learners.gradient import GradientLearner
from hadax.learners.variations import variations

# Streams of the run's seed; a new one is added at the end, so that old seeds keep their meaning.
_ENGINE, _DATASET, _FIXED_INIT, _SCORE = range(4)


def run_key(seed: int) -> Key:
    """The key of the search itself."""
    return jax.random.fold_in(_root(seed), _ENGINE)


def score_key(seed: int) -> Key:
    """The key of the final measurement."""
    return jax.random.fold_in(_root(seed), _SCORE)


def fixed_init_key(seed: int) -> Key:
    """The key that HaDES-F draws its initialisations from."""
    return jax.random.fold_in(_root(seed), _FIXED_INIT)


def build_task(values: dict[str, Any]) -> Task:
    """The task that the flags name."""
    task: Task = tasks.make(values["task"], **task_options(values))
    return task


def build_strategy(values: dict[str, Any]) -> Strategy:
    """The evolution strategy that the flags describe."""
    return Strategy(**_fields(Strategy, values))


def build_pace(values: dict[str, Any]) -> Pace:
    """The run's length and rhythm."""
    return Pace(**_fields(Pace, values))


def build_learner_config(values: dict[str, Any]) -> LearnerConfig:
    """The learner's settings; a filter list arrives as words."""
    fields = _fields(LearnerConfig, values)
    try:
        filters = tuple(int(word) for word in fields["filters"])
    except ValueError as error:
        raise ConfigError(
            "filters", ",".join(fields["filters"]), "must be whole numbers"
        ) from error
    return LearnerConfig(**{**fields, "filters": filters})


def build_distillation(values: dict[str, Any], task: Task) -> Distillation:
    """Distillation into a task's datasets.

    Raises:
      ConfigError: a value outside its range, or labels that cannot be learned or fixed.
    """
    size, inits = values["dataset_size"], values["inits_per_candidate"]
    require(size >= 1, "dataset_size", size, "must be at least 1")
    require(inits >= 1, "inits_per_candidate", inits, "must be at least 1")
    require_choice("policy_init", values["policy_init"], ("random", "fixed"))
    config = build_learner_config(values)
    configs = variations(config) if values["vary"] else (config,)
    initial = task.initial_dataset(jax.random.fold_in(_root(values["seed"]), _DATASET), size)
    fixed = values["policy_init"] == "fixed"
    return Distillation(
        task=task,
        initial=initial,
        parametrization=_parametrization(values["learn_labels"], task, initial),
        learners=tuple(make_learner(each, task.input_shape, task.target) for each in configs),
        inits_per_candidate=inits,
        fixed_init=fixed_init_key(values["seed"]) if fixed else None,
    )


def build_neuroevolution(values: dict[str, Any], task: Task) -> Neuroevolution:
    """Direct evolution of the network that the flags describe."""
    return Neuroevolution(task=task, learner=_learner(values, task))


def build_engine(values: dict[str, Any], objective: Objective) -> Engine:
    """The engine for an objective, with chunk and devices filled in where they are automatic."""
    strategy = build_strategy(values)
    devices = values["devices"] or len(jax.devices())
    require(values["chunk"] >= 0, "chunk", values["chunk"], "must not be negative")
    chunk = values["chunk"] or auto_chunk(
        _candidate_bytes(objective), max(1, strategy.population // devices), jax.default_backend()
    )
    return Engine(objective=objective, strategy=strategy, chunk=chunk, devices=devices)


def _learner(values: dict[str, Any], task: Task) -> GradientLearner:
    return make_learner(build_learner_config(values), task.input_shape, task.target)


def _parametrization(learn: bool | None, task: Task, initial: Dataset) -> Parametrization:
    if isinstance(task.target, Discrete):
        return LearnedLabels() if learn else FixedTargets(initial.targets)
    expected = f"{task.target} has no labels to fix: its targets are always learned"
    require(learn is not False, "learn_labels", False, expected)
    return LearnedTargets()


def _candidate_bytes(objective: Objective) -> int:
    """What a candidate keeps alive: weights, their gradient and two moments, for each network."""
    drawn = jax.eval_shape(objective.draw, jax.random.key(0))
    networks = drawn.networks if isinstance(objective, Distillation) else ()
    candidate = jax.eval_shape(objective.prototype, jax.random.key(0))
    return 4 * tree_bytes(networks) + tree_bytes(candidate)


def _fields(config: type, values: dict[str, Any]) -> dict[str, Any]:
    """The values that are fields of a config dataclass."""
    return {field.name: values[field.name] for field in dataclasses.fields(config)}


def _root(seed: int) -> Key:
    require(0 <= seed < 2**32, "seed", seed, "must be in [0, 4294967296)")
    return jax.random.key(jnp.uint32(seed))
