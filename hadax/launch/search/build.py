"""From a complete set of values to objects: the one place where all rooms meet."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp

from hadax import tasks
from hadax.core.artifact import POLICY_INITS
from hadax.core.dataset import Dataset
from hadax.core.engine import Engine
from hadax.core.errors import (
    MOST_ENTRIES,
    ConfigError,
    require,
    require_choice,
    require_count,
)
from hadax.core.objective import Distillation, Neuroevolution, Objective
from hadax.core.parametrizations.images import PARAMETRIZATIONS, InComponents, in_basis
from hadax.core.parametrizations.targets import (
    FixedTargets,
    LearnedLabels,
    LearnedTargets,
    Parametrization,
)
from hadax.core.run import Pace
from hadax.core.strategy import Strategy
from hadax.core.task import Discrete, Task
from hadax.core.types import Key
from hadax.distilled.observation_statistics import with_given_statistics
from hadax.launch.commandline.settings import task_options
from hadax.launch.search.memory import automatic_chunks, demand_of
from hadax.learners.config import LearnerConfig, make_learner
from hadax.learners.losses import default_loss
from hadax.learners.variations import variations

# Streams of the run's seed; a new one is added at the end, so that old seeds keep their meaning.
_ENGINE, _DATASET, _FIXED_INIT, _SCORE, _EVALUATION, _OBSERVATION = range(6)


def run_key(seed: int) -> Key:
    """The key of the search itself."""
    return jax.random.fold_in(_root(seed), _ENGINE)


def score_key(seed: int) -> Key:
    """The key of the final measurement."""
    return jax.random.fold_in(_root(seed), _SCORE)


def evaluation_key(seed: int) -> Key:
    """The key of a measurement apart from any search."""
    return jax.random.fold_in(_root(seed), _EVALUATION)


def observation_key(seed: int) -> Key:
    """The key of episodes that only show what there is to observe."""
    return jax.random.fold_in(_root(seed), _OBSERVATION)


def fixed_init_key(seed: int) -> Key:
    """The key that HaDES-F draws its initialisations from."""
    return jax.random.fold_in(_root(seed), _FIXED_INIT)


def build_task(values: dict[str, Any]) -> Task:
    """The task that the flags name."""
    options = task_options(values)
    try:
        task: Task = tasks.make(values["task"], **options)
    except ConfigError as error:
        if error.name in values or error.name not in options:
            raise
        # The user gave it as a pair, and must find it again in the message.
        pair = f"{error.name}={error.value}"
        raise ConfigError("task_option", pair, error.expected) from error
    return with_given_statistics(task, values["normalizer_from"])


def build_strategy(values: dict[str, Any]) -> Strategy:
    """The evolution strategy that the flags describe."""
    return Strategy(**_fields(Strategy, values))


def build_pace(values: dict[str, Any]) -> Pace:
    """The run's length and rhythm."""
    return Pace(**_fields(Pace, values))


def build_learner_config(values: dict[str, Any], task: Task) -> LearnerConfig:
    """The learner's settings, the automatic loss resolved for the task."""
    fields = _fields(LearnerConfig, values)
    if values["loss"] == "auto":
        fields["loss"] = _automatic_loss(values, task)
    return LearnerConfig(**{**fields, "filters": tuple(fields["filters"])})


def build_distillation(values: dict[str, Any], task: Task) -> Distillation:
    """Distillation into a task's datasets.

    Raises:
      ConfigError: a value outside its range, or labels that cannot be learned or fixed.
    """
    size, inits = dataset_size(values, task), values["inits_per_candidate"]
    require_count("inits_per_candidate", inits, 1, MOST_ENTRIES)
    require_choice("policy_init", values["policy_init"], POLICY_INITS)
    config = build_learner_config(values, task)
    configs = variations(config) if values["vary"] else (config,)
    initial = task.initial_dataset(jax.random.fold_in(_root(values["seed"]), _DATASET), size)
    fixed = values["policy_init"] == "fixed"
    return Distillation(
        task=task,
        initial=initial,
        parametrization=_parametrization(values, task, initial),
        learners=tuple(make_learner(each, task.input_shape, task.target) for each in configs),
        inits_per_candidate=inits,
        fixed_init=fixed_init_key(values["seed"]) if fixed else None,
    )


def dataset_size(values: dict[str, Any], task: Task) -> int:
    """How many synthetic examples the flags ask for.

    Raises:
      ConfigError: fewer than one, real classes that no example could show, or images a class of a
        task without classes.
    """
    size, each = values["dataset_size"], values["images_per_class"]
    require_count("dataset_size", size, 1, MOST_ENTRIES)
    require_count("images_per_class", each, 0, MOST_ENTRIES)
    classes = task.class_names
    if not each:
        expected = f"fewer than the {len(classes)} classes; --images_per_class=1 gives one of each"
        enough = size >= len(classes) or values["learn_labels"]
        require(enough, "dataset_size", size, expected)
        return int(size)
    expected = f"{task.target} has no classes; give --dataset_size"
    require(isinstance(task.target, Discrete), "images_per_class", each, expected)
    return int(each) * task.target.size


def build_neuroevolution(values: dict[str, Any], task: Task) -> Neuroevolution:
    """Direct evolution of the network that the flags describe."""
    config = build_learner_config(values, task)
    return Neuroevolution(task=task, learner=make_learner(config, task.input_shape, task.target))


def build_engine(values: dict[str, Any], objective: Objective) -> Engine:
    """The engine for an objective, with chunk and devices filled in where they are automatic."""
    strategy = build_strategy(values)
    demand = demand_of(objective)
    devices = values["devices"] or _automatic_devices(strategy.population)
    for name in ("chunk", "evaluation_chunk"):
        require(values[name] >= 0, name, values[name], "must not be negative")
    each = max(1, strategy.population // devices)
    trained, evaluated = automatic_chunks(demand, each, jax.default_backend())
    if values["chunk"]:
        # Given alone it is how many networks are together throughout.
        trained, evaluated = values["chunk"], 0
    evaluated = values["evaluation_chunk"] or evaluated or trained
    return Engine(
        objective=_in_chunks(objective, trained, evaluated),
        strategy=strategy,
        chunk=max(1, trained // demand.inits),
        evaluation_chunk=max(1, evaluated // demand.inits),
        devices=devices,
    )


def _in_chunks(objective: Objective, trained: int, evaluated: int) -> Objective:
    """The objective with a candidate's networks one after the other where chunks are smaller."""
    if not isinstance(objective, Distillation):
        return objective
    inits = objective.inits_per_candidate
    return dataclasses.replace(
        objective,
        network_chunk=min(trained, inits),
        evaluation_network_chunk=min(evaluated, inits),
    )


def _automatic_loss(values: dict[str, Any], task: Task) -> str:
    """The target's own loss; where continuous actions are drawn, the one that learns a spread."""
    drawn = values["action_mode"] == "sample" and not isinstance(task.target, Discrete)
    return "gaussian_negative_log_likelihood" if drawn else default_loss(task.target)


def _parametrization(values: dict[str, Any], task: Task, initial: Dataset) -> Parametrization:
    """How a dataset is written as a candidate: its targets, and around them its inputs."""
    name, targets = values["parametrization"], _targets(values["learn_labels"], task, initial)
    require_choice("parametrization", name, PARAMETRIZATIONS)
    if name != "pca":
        return in_basis(targets, name, task.input_shape, values["resolution"])
    expected = f"{values['task']} has no real inputs to take components of"
    components = task.principal_components(values["components"])
    if components is None:
        raise ConfigError("parametrization", name, expected)
    centre, directions = components
    return InComponents(targets, jnp.asarray(centre), jnp.asarray(directions))


def _targets(learn: bool | None, task: Task, initial: Dataset) -> Parametrization:
    if isinstance(task.target, Discrete):
        return LearnedLabels() if learn else FixedTargets(initial.targets)
    expected = f"{task.target} has no labels to fix: its targets are always learned"
    require(learn is not False, "learn_labels", False, expected)
    return LearnedTargets()


def _automatic_devices(population: int) -> int:
    """As many of the local devices as can share the population evenly."""
    available = len(jax.local_devices())
    return max(count for count in range(1, available + 1) if population % count == 0)


def _fields(config: type, values: dict[str, Any]) -> dict[str, Any]:
    """The values that are fields of a config dataclass."""
    return {field.name: values[field.name] for field in dataclasses.fields(config)}


def _root(seed: int) -> Key:
    require(0 <= seed < 2**32, "seed", seed, "must be in [0, 4294967296)")
    return jax.random.key(jnp.uint32(seed))
