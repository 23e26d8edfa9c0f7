"""How a dataset is written as a candidate: what the settings ask for, on what the task has."""

import jax.numpy as jnp

from hadax.core.config import DistillationConfig
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, require
from hadax.core.parametrizations.images import InComponents, in_basis
from hadax.core.parametrizations.inner_rate import LearnedInnerRate
from hadax.core.parametrizations.protocol import Parametrization
from hadax.core.parametrizations.targets import FixedTargets, LearnedLabels, LearnedTargets
from hadax.core.task import Discrete, Task


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


def _inputs(
    config: DistillationConfig, name: str, task: Task, targets: Parametrization
) -> Parametrization:
    """The inputs in the basis that is asked for, on top of the targets."""
    if config.parametrization != "pca":
        return in_basis(targets, config.parametrization, task.input_shape, config.resolution)
    components = task.principal_components(config.components)
    if components is None:
        expected = f"{name} has no real inputs to take components of"
        raise ConfigError("parametrization", config.parametrization, expected)
    centre, directions = components
    return InComponents(targets, jnp.asarray(centre), jnp.asarray(directions))


def _targets(learn: bool | None, task: Task, initial: Dataset) -> Parametrization:
    if isinstance(task.target, Discrete):
        return LearnedLabels() if learn else FixedTargets(initial.targets)
    expected = f"{task.target} has no labels to fix: its targets are always learned"
    require(learn is not False, "learn_labels", False, expected)
    return LearnedTargets()
