"""From somebody else's arrays to a distilled dataset: targets, shapes and statistics."""

import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
from numpy.typing import NDArray

from hadax import tasks
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.specification import Discrete
from hadax.core.streams import observation_key
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.distilled.distilled import Distilled
from hadax.distilled.files.header import Header
from hadax.distilled.files.npz import STATISTICS, Arrays
from hadax.distilled.files.observation_statistics import is_shaped, statistics_of
from hadax.tasks.rl.config import PER_POLICY
from hadax.tasks.rl.environment_task import EnvironmentTask
from hadax.tasks.rl.view import fitting_view
from hadax.tasks.supervised.scaling import reaches_bytes, takes_brightness


@in_usual_settings
def imported(
    source: Path, arrays: Arrays, task: Task, header: Header, networks: int, episodes: int
) -> Distilled:
    """The arrays of a file as a dataset of the task's.

    Args:
      source: the file, for messages.
      arrays: as read.
      task: what they are for.
      header: what trains on them, and the seed.
      networks, episodes: with `per_policy` statistics that the file does not bring, what fresh
        networks see is observed: so many of them, so many episodes each.

    Raises:
      UsageError: shapes that do not fit.
      ConfigError: a normaliser by statistics that the file does not bring.
    """
    dataset = as_dataset(source, arrays, header.task.task, task)
    sized = replace(header.distillation, dataset_size=dataset.size)
    header = replace(header, distillation=sized)
    made = Distilled(dataset, task, _task_state(source, task, arrays, header.seed), header)
    if task.normalizer != PER_POLICY or has_statistics(arrays):
        return made
    # As many networks and episodes as measure it, so that both compile once.
    return made.observe(observation_key(header.seed), networks, episodes)


def has_statistics(arrays: Arrays) -> bool:
    """Whether the file brings observation statistics."""
    return STATISTICS[0] in arrays


def as_dataset(source: Path, arrays: Arrays, name: str, task: Task) -> Dataset:
    """The pairs in the task's shapes; flattened inputs, and targets of one number, are accepted.

    Args:
      source: the file, for messages.
      arrays: its `inputs` [size, ...] and `targets` [size] or [size, ...].
      name: the task's, for messages.
      task: what they are for.

    Raises:
      UsageError: shapes that do not fit; says both.
    """
    inputs, targets = arrays["inputs"], arrays["targets"]
    of_brightness = takes_brightness(jax.eval_shape(task.init, observation_key(0)))
    if of_brightness and reaches_bytes(inputs):
        print(
            f"note: {source}: inputs reach {inputs.max():g}, but they are taken as a network is"
            f" given them: brightness in [0, 1], normalised with normalizer=constant",
            file=sys.stderr,
        )
    if isinstance(task.target, Discrete) and targets.ndim == 1:
        targets = _one_hot(source, targets, task.target.size)
    elif targets.ndim == 1 and task.target.size == 1:
        targets = targets[:, None]
    found = (inputs.shape[1:], targets.shape[1:])
    wanted = (tuple(task.input_shape), (task.target.size,))
    fits = is_shaped(found[0], wanted[0])
    if not (fits and found[1] == wanted[1]):
        hint = "" if fits else _view_hint(name, task, found[0])
        raise UsageError(
            f"{source}: inputs of shape {found[0]} and targets of shape {found[1]},"
            f" but {name} has {wanted[0]} and {wanted[1]}{hint}"
        )
    shaped = inputs.reshape(-1, *task.input_shape)
    return Dataset(jax.numpy.asarray(shaped), jax.numpy.asarray(targets))


def _view_hint(name: str, task: Task, shape: tuple[int, ...]) -> str:
    """The view that gives a task's inputs a shape, after "; "; "" where there is none."""
    # A Task that no name made has no options that a flag could set.
    own = tasks.options_of(name) if tasks.is_known(name) else ()
    if not (isinstance(task, EnvironmentTask) and "view" in own):
        return ""
    side = fitting_view(task.environment, shape)
    return "" if side is None else f"; inputs of that shape are seen with view={side}"


def _task_state(source: Path, task: Task, arrays: Arrays, seed: int) -> TaskState:
    """The task's state: with the statistics of the file, or as a search would begin.

    Raises:
      UsageError: statistics whose shape is not the task's, or that it has no use for.
      ConfigError: a normaliser by statistics that the file does not bring.
    """
    if has_statistics(arrays):
        return task.state_from_statistics(*statistics_of(source, arrays, task))
    if task.normalizer == "running":
        expected = "the file has no obs_mean and obs_var; use none, constant or per_policy"
        raise ConfigError("normalizer", task.normalizer, expected)
    return task.init(observation_key(seed))


def _one_hot(source: Path, classes: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    if np.any(classes != np.floor(classes)) or classes.min() < 0 or classes.max() >= size:
        raise UsageError(f"{source}: targets must be classes 0 to {size - 1}, or a row of {size}")
    return np.asarray(jax.nn.one_hot(classes.astype(np.int32), size))
