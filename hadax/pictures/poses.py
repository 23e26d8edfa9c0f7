"""Synthetic states as pictures: what an environment would show of an observation."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.pictures.scenes.axes import draw_scene
from hadax.pictures.scenes.scene import Observation
from hadax.pictures.scenes.views import SCENES, stage_of

POSES: tuple[str, ...] = tuple(SCENES)
"""Names that an environment can give as its pose."""


def is_drawn(task: Task) -> bool:
    """Whether inputs of a task are shown as something else than numbers.

    Raises:
      ConfigError: its pose is a name that is in no table.
    """
    return callable(task.pose) or stage_of(task.pose) is not None


def draw_observation(axes: Any, task: Task, observation: Observation) -> bool:
    """Draws an observation as a person would see it; False where there are only numbers.

    Args:
      axes: matplotlib's.
      task: says how, by its pose.
      observation: as the environment gives it, [*input_shape].

    Raises:
      ConfigError: its pose is a name that is in no table.
    """
    if callable(task.pose):
        task.pose(axes, observation)
        return True
    stage = stage_of(task.pose)
    if stage is None:
        return False
    draw_scene(axes, stage(observation, True))
    return True


def seen(task: Task, state: TaskState, inputs: Any) -> Observation:
    """Synthetic inputs as people see them, before any normaliser: [size, *input_shape].

    Args:
      task: undoes what it does to inputs.
      state: the task's.
      inputs: as a network is given them, [size, *input_shape].
    """
    return np.asarray(task.restore(state, jnp.asarray(inputs)), np.float32)
