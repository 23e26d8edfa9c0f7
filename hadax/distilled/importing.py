"""From somebody else's arrays to an artifact's: targets, shapes and observation statistics."""

import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from hadax.core.artifact import Artifact
from hadax.core.errors import ConfigError, UsageError, require
from hadax.core.task import Discrete, Task
from hadax.core.trees import to_named_arrays
from hadax.core.types import Key, TaskState
from hadax.distilled.distilled import Distilled, revive
from hadax.distilled.npz import STATISTICS, Arrays
from hadax.distilled.observation_statistics import is_shaped, moments_of
from hadax.launch.commandline.flags import DISTILLATION, SEARCH
from hadax.launch.search.build import observation_key

# No normalised pixel comes near it; brightness up to 255 does.
_BRIGHT = 50


def with_normalizer(values: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    """The flags' values, with a constant normaliser where statistics come with the data.

    Raises:
      ConfigError: statistics come with the data, but the flags want no normaliser.
    """
    if not given_statistics(arrays):
        return values
    chosen = values["normalizer"] or "constant"
    expected = "the file has obs_mean and obs_var, which need constant, running or per_policy"
    require(chosen != "none", "normalizer", chosen, expected)
    expected = "the file has obs_mean and obs_var of its own"
    require(
        values["normalizer_from"] is None, "normalizer_from", values["normalizer_from"], expected
    )
    return {**values, "normalizer": chosen}


def given_statistics(arrays: Arrays) -> bool:
    """Whether the file brings observation statistics."""
    return STATISTICS[0] in arrays


def without_search(values: dict[str, Any]) -> dict[str, Any]:
    """The values without those of a search, which a preset brings along: none was made."""
    searched = {flag.name for group in (SEARCH, DISTILLATION) for flag in group.flags} - {"seed"}
    left = {name: value for name, value in values.items() if name not in searched}
    return {**left, "curriculum": None}


def fitted(source: Path, arrays: Arrays, name: str, task: Task) -> dict[str, NDArray[np.float32]]:
    """The inputs and targets in the task's shapes; flattened inputs and class numbers are accepted.

    Args:
      source: the file, for messages.
      arrays: as read.
      name: the task's name, for messages.
      task: gives the shapes.

    Raises:
      UsageError: shapes that do not fit; says both.
    """
    inputs, targets = arrays["inputs"], arrays["targets"]
    if task.class_names and inputs.min() >= 0 and inputs.max() > _BRIGHT:
        print(
            f"note: {source}: inputs reach {inputs.max():g}, but they are taken as a network is"
            f" given them: brightness in [0, 1], normalised with --normalizer=constant",
            file=sys.stderr,
        )
    if isinstance(task.target, Discrete) and targets.ndim == 1:
        targets = _one_hot(source, targets, task.target.size)
    found = (inputs.shape[1:], targets.shape[1:])
    wanted = (tuple(task.input_shape), (task.target.size,))
    if not (is_shaped(found[0], wanted[0]) and found[1] == wanted[1]):
        raise UsageError(
            f"{source}: inputs of shape {found[0]} and targets of shape {found[1]},"
            f" but {name} has {wanted[0]} and {wanted[1]}"
        )
    return {"inputs": inputs.reshape(-1, *task.input_shape), "targets": targets}


def task_state(source: Path, task: Task, arrays: Arrays, key: Key) -> TaskState:
    """The task's state: with the statistics of the file, or as a search would begin.

    Raises:
      UsageError: statistics whose shape is not the task's, or that it has no use for.
      ConfigError: a normaliser by statistics that the file does not bring.
    """
    if not given_statistics(arrays):
        expected = "the file has no obs_mean and obs_var; use none, constant or per_policy"
        if task.normalizer == "running":
            raise ConfigError("normalizer", task.normalizer, expected)
        return task.init(key)
    return moments_of(source, arrays, task)


def with_observed_state(artifact: Artifact, name: str, values: dict[str, Any]) -> Artifact:
    """The artifact with a task state that has seen what networks trained on its data see.

    As many networks and episodes as measure the artifact, so that both compile once.
    """
    revived = revive(artifact, name)
    assert isinstance(revived, Distilled)
    key = observation_key(values["seed"])
    observed = revived.observe(key, values["score_networks"], values["score_episodes"])
    arrays = {**artifact.arrays, **to_named_arrays(observed.state, "task_state")}
    return Artifact(artifact.description, arrays)


def _one_hot(source: Path, classes: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    if np.any(classes != np.floor(classes)) or classes.min() < 0 or classes.max() >= size:
        raise UsageError(f"{source}: targets must be classes 0 to {size - 1}, or a row of {size}")
    return np.asarray(jax.nn.one_hot(classes.astype(np.int32), size))
