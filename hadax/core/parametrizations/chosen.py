"""How a dataset is written as a candidate: what the settings ask for, on what the task has."""

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.config import DistillationConfig
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, require
from hadax.core.parametrizations.images import InComponents, in_basis
from hadax.core.parametrizations.inner_rate import LearnedInnerRate
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT, has_slots, in_slots, slot_by_slot
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets
from hadax.core.task import Discrete, Task
from hadax.core.types import Key

# Real images that components of quarters are taken of: more hardly change them.
_SAMPLE = 10_000


def parametrization_of(
    config: DistillationConfig, name: str, task: Task, initial: Dataset
) -> Parametrization:
    """What evolves: the targets, around them the inputs, and the learning rate beside both.

    Args:
      config: what is asked for.
      name: what messages call the task.
      task: gives shapes and real inputs.
      initial: the dataset that the search starts from, whose targets may stay.

    Raises:
      ConfigError: what the task has not, or a value outside its range.
    """
    examples = _inputs(config, name, task, _targets(config.learn_labels, task, initial))
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


def _inputs(
    config: DistillationConfig, name: str, task: Task, targets: Parametrization
) -> Parametrization:
    """The inputs in the basis that is asked for, on top of the targets."""
    chosen = config.parametrization
    if chosen not in ("pca", "multi"):
        return in_basis(targets, chosen, task.input_shape, config.resolution)
    expected = f"{name} has no real inputs to take components of"
    if chosen == "multi":
        real = task.real_examples(jax.random.key(0), _SAMPLE) if task.has_real_examples else None
        if real is None:
            raise ConfigError("parametrization", chosen, expected)
        return in_slots(targets, np.asarray(real.inputs), config.components)
    components = task.principal_components(config.components)
    if components is None:
        raise ConfigError("parametrization", chosen, expected)
    centre, directions = components
    return InComponents(targets, jnp.asarray(centre), jnp.asarray(directions))


def _targets(learn: bool | None, task: Task, initial: Dataset) -> Parametrization:
    if isinstance(task.target, Discrete):
        return LearnedLabels() if learn else FixedTargets(initial.targets)
    expected = f"{task.target} has no labels to fix: its targets are always learned"
    require(learn is not False, "learn_labels", False, expected)
    return LearnedTargets()
