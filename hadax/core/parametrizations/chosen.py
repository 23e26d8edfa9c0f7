"""How a dataset is written as a candidate: what the settings ask for, on what the task has."""

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, require
from hadax.core.parametrizations.images import Components, InComponents, in_basis
from hadax.core.parametrizations.inner_rate import LearnedInnerRate
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.parametrizations.slots import (
    EXAMPLES_PER_SLOT,
    has_slots,
    in_slots,
    quarter_components,
    slot_by_slot,
)
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets
from hadax.core.settings.config import DistillationConfig
from hadax.core.specification import Discrete
from hadax.core.task import Task
from hadax.core.types import Key

# Real images that components of quarters are taken of: more hardly change them.
_SAMPLE = 10_000


def components_of(config: DistillationConfig, name: str, task: Task) -> Components | None:
    """The components that inputs are to evolve in, as this CPU computes them; None for no such.

    Args:
      config: what is asked for.
      name: what messages call the task.
      task: gives real inputs.

    Raises:
      ConfigError: a task without real inputs, or a value outside its range.
    """
    computed = {"pca": _whole, "multi": _of_quarters}.get(config.parametrization)
    if computed is None:
        return None
    found = computed(task, config.components)
    if found is None:
        expected = f"{name} has no real inputs to take components of"
        raise ConfigError("parametrization", config.parametrization, expected)
    centre, directions = found
    return np.asarray(centre, np.float32), np.asarray(directions, np.float32)


def parametrization_of(
    config: DistillationConfig,
    name: str,
    task: Task,
    initial: Dataset,
    components: Components | None = None,
) -> Parametrization:
    """What evolves: the targets, around them the inputs, and the learning rate beside both.

    Args:
      config: what is asked for.
      name: what messages call the task.
      task: gives shapes and real inputs.
      initial: the dataset that the search starts from, whose targets may stay.
      components: those that inputs evolve in, if in any; None for `components_of`.

    Raises:
      ConfigError: what the task has not, or a value outside its range.
    """
    targets = _targets(config.learn_labels, task, initial)
    if components is None:
        components = components_of(config, name, task)
    examples = _inputs(config, task, targets, components)
    return LearnedInnerRate(examples) if config.learn_inner_lr else examples


def initial_of(config: DistillationConfig, task: Task, key: Key, size: int) -> Dataset:
    """The dataset that a search starts from, its examples in the order of their slots if in any.

    Args:
      config: says whether there are slots.
      task: makes the examples.
      key: decides what of it is drawn.
      size: examples, or slots.
    """
    if not has_slots(config):
        return task.initial_dataset(key, size)
    return slot_by_slot(task.initial_dataset(key, EXAMPLES_PER_SLOT * size))


def _whole(task: Task, count: int) -> Components | None:
    return task.principal_components(count)


def _of_quarters(task: Task, count: int) -> Components | None:
    real = task.real_examples(jax.random.key(0), _SAMPLE) if task.has_real_examples else None
    return None if real is None else quarter_components(np.asarray(real.inputs), count)


def _inputs(
    config: DistillationConfig, task: Task, targets: Parametrization, components: Components | None
) -> Parametrization:
    """The inputs in the basis that is asked for, on top of the targets."""
    if components is None:
        return in_basis(targets, config.parametrization, task.input_shape, config.resolution)
    inputs = InComponents(targets, *map(jnp.asarray, components))
    return in_slots(inputs, *task.input_shape[:2]) if has_slots(config) else inputs


def _targets(learn: bool | None, task: Task, initial: Dataset) -> Parametrization:
    if isinstance(task.target, Discrete):
        return LearnedLabels() if learn else FixedTargets(initial.targets)
    expected = f"{task.target} has no labels to fix: its targets are always learned"
    require(learn is not False, "learn_labels", False, expected)
    return LearnedTargets()
