"""Observation statistics that come with a file: an artifact's, or those of an .npz."""

import math
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp

from hadax.core.artifact import read_artifact
from hadax.core.errors import ArtifactError, UsageError, require
from hadax.core.task import Task
from hadax.core.trees import from_named_arrays
from hadax.distilled.npz import STATISTICS, Arrays, read_statistics
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.moments import Moments, given_moments, initial_moments


def with_given_statistics(task: Task, path: str | None) -> Task:
    """The task with the statistics in a file for its constant normaliser.

    Args:
      task: any task; it must be a control task with a constant normaliser unless path is None.
      path: an artifact or an .npz file; None leaves the task as it is.

    Raises:
      ConfigError: the task has no constant normaliser.
      UsageError: the file is missing, damaged, or its statistics do not fit the observations.
    """
    if path is None:
        return task
    constant = isinstance(task, ControlTask) and task.normalizer == "constant"
    require(constant, "normalizer_from", path, "needs a control task with --normalizer=constant")
    assert isinstance(task, ControlTask)
    return replace(task, given=_read(Path(path), task))


def moments_of(source: Path, arrays: Arrays, task: Task) -> Moments:
    """The `obs_mean` and `obs_var` of a file, in the shape of the task's observations.

    Raises:
      UsageError: another shape; says both; or a task that observes nothing.
    """
    if not isinstance(task, ControlTask):
        raise UsageError(f"{source}: has {STATISTICS[0]}, but this is no control task")
    for name in STATISTICS:
        if not is_shaped(arrays[name].shape, tuple(task.input_shape)):
            raise UsageError(
                f"{source}: {name} of shape {arrays[name].shape}, but an observation has"
                f" {tuple(task.input_shape)}"
            )
    mean, variance = (arrays[name].reshape(task.input_shape) for name in STATISTICS)
    return given_moments(jnp.asarray(mean), jnp.asarray(variance), task.input_shape)


def is_shaped(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array's shape is the wanted one, that flattened, or that without one channel."""
    without_channels = wanted[:-1] if wanted[-1:] == (1,) else wanted
    return found in (wanted, without_channels, (math.prod(wanted),))


def _read(path: Path, task: ControlTask) -> Moments:
    if path.suffix == ".npz":
        return moments_of(path, read_statistics(path), task)
    artifact = read_artifact(path)
    try:
        template = initial_moments(task.input_shape)
        moments: Moments = from_named_arrays(artifact.arrays, "task_state", template)
    except ValueError as error:
        raise ArtifactError(f"{path}: no statistics of these observations: {error}") from error
    return moments
