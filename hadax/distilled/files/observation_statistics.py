"""Observation statistics that come with a file: an artifact's, an .npz's or an exported .csv's."""

import math
from pathlib import Path
from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.errors import ArtifactError, ConfigError, UsageError
from hadax.core.storage.artifact import Artifact
from hadax.core.storage.files import ending_of
from hadax.core.task import Task
from hadax.distilled.files.csv_pairs import read_moments
from hadax.distilled.files.header import read
from hadax.distilled.files.npz import ENDINGS, STATISTICS, Arrays
from hadax.distilled.files.places import file_at

Statistics: TypeAlias = tuple[jax.Array, jax.Array]
"""Mean and variance of observations, [*observation_shape] each."""

_MOMENTS = _COUNT, _MEAN, _SQUARES = ("task_state/count", "task_state/mean", "task_state/squares")


def with_given_statistics(task: Task, path: str | None) -> Task:
    """The task with the statistics in a file for its normaliser to use, or to begin with.

    Args:
      task: any task; it must have a constant or running normaliser unless path is None.
      path: an artifact (or "zoo:" and an entry's name), an .npz, or a .csv beside whose table
        hadax-export wrote them; None leaves the task as it is.

    Raises:
      ConfigError: the task has another normaliser, or none.
      UsageError: the file is missing, damaged, or its statistics do not fit the observations.
    """
    if path is None:
        return task
    try:
        return _with_statistics_in(file_at(path), task)
    except ConfigError as error:
        raise ConfigError("normalizer_from", path, error.expected) from error


def with_statistics_of_start(task: Task, path: str | None) -> Task:
    """The task whose running statistics go on from those that a search's start came with.

    Whatever the start was found with, running ones or others: begun anew, they would make other
    numbers of its examples.

    Args:
      task: any task; only a running normaliser changes.
      path: what the search starts from, an artifact (or "zoo:" and an entry's name) or another
        file; None for nothing. Other files, and artifacts without statistics, change nothing.

    Raises:
      UsageError: the file is missing, damaged, or its statistics do not fit the observations.
    """
    if path is None or task.normalizer != "running":
        return task
    place = file_at(path)
    if ending_of(place) in ENDINGS:
        return task
    artifact = read(place)[1]
    if not artifact.arrays.keys() >= set(_MOMENTS):
        return task
    try:
        return task.given_statistics(*_moments_of(place, artifact, task))
    except ConfigError:  # Nobody asked for them by name, and a plug-in's task may refuse them.
        return task


def statistics_of(source: Path, arrays: Arrays, task: Task) -> Statistics:
    """The `obs_mean` and `obs_var` of a file, in the shape of the task's observations.

    Args:
      source: the file, for messages.
      arrays: as read.
      task: gives the shape.

    Raises:
      UsageError: another shape; says both.
    """
    shape = tuple(task.input_shape)
    for name in STATISTICS:
        if not is_shaped(arrays[name].shape, shape):
            raise UsageError(
                f"{source}: {name} of shape {arrays[name].shape}, but an observation has {shape}"
            )
    mean, variance = (jnp.asarray(arrays[name].reshape(shape)) for name in STATISTICS)
    return mean, variance


def require_sound(name: str, artifact: Artifact) -> None:
    """Refuses statistics that no observations can have, of an artifact that has any.

    Args:
      name: what errors call the artifact.
      artifact: its moments are those of a normaliser, where it has some.

    Raises:
      ArtifactError: a count that is not above 0, or summed squares below 0.
    """
    arrays = artifact.arrays
    if not arrays.keys() >= set(_MOMENTS):
        return
    for moment, sound, expected in (
        (_COUNT, arrays[_COUNT] > 0, "above 0"),
        (_SQUARES, arrays[_SQUARES] >= 0, "at least 0"),
    ):
        if not np.all(sound):
            raise ArtifactError(
                f"{name}: no statistics of observations: {moment} must be {expected}"
            )


def is_shaped(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether the shape `found` is `wanted`, or that flattened, or that without its one channel."""
    without_channels = wanted[:-1] if wanted[-1:] == (1,) else wanted
    return found in (wanted, without_channels, (math.prod(wanted),))


def _with_statistics_in(place: Path, task: Task) -> Task:
    if ending_of(place) in ENDINGS:
        return task.given_statistics(*statistics_of(place, read_moments(place), task))
    mean, variance, count = _moments_of(place, read(place)[1], task)
    if task.normalizer == "running":
        return task.given_statistics(mean, variance, count)
    return task.given_statistics(mean, variance)


def _moments_of(path: Path, artifact: Artifact, task: Task) -> tuple[jax.Array, jax.Array, float]:
    """Mean and variance that a normaliser left in an artifact, and of how many observations."""
    arrays, shape = artifact.arrays, tuple(task.input_shape)
    for name in _MOMENTS:
        wanted = () if name == _COUNT else shape
        if name not in arrays or not is_shaped(arrays[name].shape, wanted):
            found = arrays[name].shape if name in arrays else "none"
            raise ArtifactError(
                f"{path}: no statistics of these observations: {name} has shape {found},"
                f" not {wanted}"
            )
    require_sound(str(path), artifact)
    count = float(arrays[_COUNT].item())
    mean, squares = (jnp.asarray(arrays[name]).reshape(shape) for name in (_MEAN, _SQUARES))
    return mean, squares / count, count
