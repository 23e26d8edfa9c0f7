"""From a SearchConfig to objects: the one place where all rooms meet."""

import math
from dataclasses import fields, replace

import jax
import numpy as np

from hadax import tasks
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, require
from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.learner import Learner
from hadax.core.objective import Objective
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.parametrizations.chosen import components_of, parametrization_of
from hadax.core.parametrizations.growing import split_apart
from hadax.core.parametrizations.images import Components
from hadax.core.population.placement import automatic_devices
from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.views import flat, to_json
from hadax.core.specification import Discrete
from hadax.core.streams import dataset_key, fixed_init_key, growth_key
from hadax.core.task import Task
from hadax.core.words.names import spelled
from hadax.core.xla.linear_algebra import factors_matrices
from hadax.distilled.files.header import SECTIONS, Header
from hadax.distilled.files.observation_statistics import (
    with_given_statistics,
    with_statistics_of_start,
)
from hadax.distilled.files.versions import package_versions, plug_in_versions
from hadax.distilled.starts.from_file import read_weights
from hadax.distilled.starts.initial import initial_examples
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.memory import automatic_chunks, demand_of, in_chunks, refuse_too_large
from hadax.learners.config import AUTOMATIC_LOSS, DEFAULT_LEARNER, GAUSSIAN, LearnerConfig
from hadax.learners.conformance import check_training
from hadax.learners.losses import resolved_loss
from hadax.learners.randomized import randomized
from hadax.learners.registry import make_learner
from hadax.learners.variations import learner_configs
from hadax.tasks.config import TaskConfig
from hadax.tasks.flagged import OPTION_FIELDS

# What a result's header has as the search settled it.
_SETTLED = ("seed", "loss", "inner_lr", "dataset_size")

# What a result's header has of its own, or that says nothing of the result.
_APART = {*SECTIONS, "seed", "monitoring", "fingerprint"}

_FURTHER = tuple(each.name for each in fields(SearchConfig) if each.name not in _APART)


def build_task(config: TaskConfig) -> Task:
    """The task that the settings name, with the data that a search may see.

    Raises:
      ConfigError: an option that the task refuses; named as its flag, or as a task_option.
    """
    try:
        task = tasks.make(config.task, **config.options)
    except ConfigError as error:
        if error.name in OPTION_FIELDS or error.name not in config.options:
            raise
        # The user gave it as a pair, and must find it again in the message.
        pair = f"{error.name}={spelled(error.value)}"
        raise ConfigError("task_option", pair, error.expected) from error
    return with_given_statistics(task, config.normalizer_from)


def build_learner_config(config: SearchConfig, task: Task) -> LearnerConfig:
    """The learner's settings, the automatic loss resolved for the task."""
    learner, loss = config.learner, config.learner.inner_loop.loss
    if loss == AUTOMATIC_LOSS and _draws_vectors(config.task, task):
        loss = GAUSSIAN
    loop = replace(learner.inner_loop, loss=resolved_loss(loss, task.target))
    return replace(learner, inner_loop=loop)


def build_components(config: SearchConfig, task: Task) -> Components | None:
    """The components that a dataset's inputs evolve in, as this CPU computes them; None in others.

    Raises:
      ConfigError: a task without real inputs, or a value outside its range.
    """
    if config.verb != DISTILL:
        return None
    return components_of(config.distillation, config.task.task, task)


def build_objective(
    config: SearchConfig, task: Task, components: Components | None = None
) -> Objective:
    """What a candidate is: a dataset for the task, or a network's weights.

    Args:
      config: the search.
      task: what it is for.
      components: those that the dataset's inputs evolve in; None for `build_components`.

    Raises:
      ConfigError: a value outside its range, or labels that cannot be learned or fixed.
    """
    if config.verb == DISTILL:
        return build_distillation(config, task, components)
    return build_neuroevolution(config, task)


def build_distillation(
    config: SearchConfig, task: Task, components: Components | None = None
) -> Distillation:
    """Distillation into a task's datasets.

    Args:
      config, task, components: as for `build_objective`.

    Raises:
      ConfigError: a value outside its range, labels that cannot be learned or fixed, or a learner
        that cannot train on such datasets.
      UsageError: examples to start from that are missing, damaged or of other shapes.
    """
    chosen, learner = config.distillation, build_learner_config(config, task)
    name, key = config.task.task, dataset_key(config.seed)
    initial, originals = initial_examples(chosen, config.init_from, name, task, key)
    parametrization = parametrization_of(chosen, name, task, initial, components)
    fixed, std = chosen.policy_init == "fixed", config.strategy.std
    learners = _learners(chosen, learner, task)
    rated = all(each.scales_inner_lr for each in learners) or not chosen.learn_inner_lr
    expected = f"learner {learner.learner} cannot be given a learned rate; leave the flag out"
    require(rated, "learn_inner_lr", True, expected)
    objective = Distillation(
        task=_begun(config, task),
        initial=split_apart(growth_key(config.seed), parametrization, initial, originals, std),
        parametrization=parametrization,
        learners=learners,
        inits_per_candidate=chosen.inits_per_candidate,
        fixed_init=fixed_init_key(config.seed) if fixed else None,
    )
    if learner.learner != DEFAULT_LEARNER:
        for each in learners:
            check_training(learner.learner, each, _trained_on(objective), task.target)
    return objective


def _learners(
    chosen: DistillationConfig, learner: LearnerConfig, task: Task
) -> tuple[Learner, ...]:
    """What a candidate is trained on: the learner, four of its kind, or another each generation."""
    if chosen.randomize_learner:
        return (randomized(learner, task.input_shape, task.target),)
    configs = learner_configs(chosen, learner)
    return tuple(make_learner(each, task.input_shape, task.target) for each in configs)


def build_neuroevolution(config: SearchConfig, task: Task) -> Neuroevolution:
    """Direct evolution of the network that the settings describe.

    Raises:
      UsageError: weights to start from that are missing, damaged or another network's.
    """
    settings = build_learner_config(config, task)
    learner = make_learner(settings, task.input_shape, task.target)
    weights = None if config.init_from is None else read_weights(config.init_from, learner)
    return Neuroevolution(task=_begun(config, task), learner=learner, initial=weights)


def _begun(config: SearchConfig, task: Task) -> Task:
    """The task, its running statistics begun with those that come with the search's start."""
    return task if config.task.normalizer_from else with_statistics_of_start(task, config.init_from)


def build_header(config: SearchConfig, task: Task, asked: SearchConfig | None = None) -> Header:
    """All of an artifact but its arrays and its score.

    Options that the task's factory filled in are recorded too; where data lies on this machine is
    not.

    Args:
      config: the search.
      task: what it is for.
      asked: what the command asks for, where the search is one of several.
    """
    name, distilling = config.task.task, config.verb == DISTILL
    known = tasks.is_known(name)
    options = tasks.recorded_options(name, task, config.task.options) if known else {}
    fixed = distilling and config.distillation.policy_init == "fixed"
    words = np.asarray(jax.random.key_data(fixed_init_key(config.seed))).tolist() if fixed else ()
    document = to_json(config)
    further = {section: document[section] for section in _FURTHER}
    if known:
        # What a search settles on its way (schedules, a learned rate) is no longer what was asked.
        further["asked"] = _asked(asked or config)
    return Header(
        kind="dataset" if distilling else "policy",
        task=replace(config.task, options=options),
        learner=build_learner_config(config, task),
        distillation=config.distillation,
        seed=config.seed,
        further=further,
        init_key=tuple(words),
        versions={**package_versions(), **plug_in_versions(name, config.learner.learner)},
    )


def _asked(config: SearchConfig) -> dict[str, object]:
    """The settings that a header has otherwise at the search's end: origin.py puts them back."""
    settings, task = flat(config), config.task
    asked: dict[str, object] = {name: settings[name] for name in _SETTLED}
    return {**asked, "options": tasks.portable_options(task.task, task.options)}


def _trained_on(objective: Distillation) -> Dataset:
    """The shapes of what its learners are trained on."""
    candidate = jax.eval_shape(objective.prototype, jax.eval_shape(jax.random.key, 0))
    dataset: Dataset = jax.eval_shape(objective.parametrization.decode, candidate)
    return dataset


def _devices(config: SearchConfig, objective: Objective) -> int:
    """As many as there are, but one CPU device where a plug-in's training would make all wait."""
    devices = automatic_devices(config.strategy.population)
    own = config.learner.learner == DEFAULT_LEARNER
    if own or devices == 1 or jax.default_backend() != "cpu":
        return devices
    if not isinstance(objective, Distillation):
        return devices
    key, dataset = jax.eval_shape(jax.random.key, 0), _trained_on(objective)
    waiting = any(
        factors_matrices(each.fit, key, jax.eval_shape(each.init, key), dataset)
        for each in objective.learners
    )
    return 1 if waiting else devices


def build_engine(config: SearchConfig, objective: Objective) -> Engine:
    """The engine for an objective, with chunk and devices filled in where they are automatic."""
    placement, strategy = config.placement, Strategy.of(config.strategy)
    validation_draws = _validation_draws(config, objective)
    devices = placement.devices or _devices(config, objective)
    demand = demand_of(objective, f"task {config.task.task}")
    each = max(1, strategy.population // devices)
    trained, evaluated = automatic_chunks(demand, each, jax.default_backend())
    if placement.chunk:
        # Given alone it is how many networks are together throughout.
        trained, evaluated = placement.chunk, 0
    evaluated = placement.evaluation_chunk or evaluated or trained
    engine = Engine(
        objective=in_chunks(objective, trained, evaluated),
        strategy=strategy,
        candidate_chunk=max(1, trained // demand.inits),
        evaluation_candidate_chunk=max(1, evaluated // demand.inits),
        devices=devices,
        validation_draws=validation_draws,
        keep_best=config.validation.keep_best,
        average_means=config.validation.average_means,
    )
    refuse_too_large(engine, demand)
    return engine


def _validation_draws(config: SearchConfig, objective: Objective) -> int:
    """Draws of an objective that have as many networks as are to validate a mean, or just more."""
    each = 1
    if isinstance(objective, Distillation):
        each = objective.networks_per_candidate
    return math.ceil(config.validation.validation_networks / each)


def _draws_vectors(config: TaskConfig, task: Task) -> bool:
    """Whether continuous actions are drawn, which needs a spread to draw them from."""
    sampled = config.options.get("action_mode") == "sample"
    return sampled and not isinstance(task.target, Discrete)
