"""Synthetic states as pictures: the pose that an observation stands for."""

from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import require_choice
from hadax.core.specification import Draw, Pose
from hadax.core.task import Task
from hadax.core.types import TaskState

Observation: TypeAlias = NDArray[np.float32]

_BODY, _JOINT, _MOTION = "#34495e", "#c0392b", "#2980b9"
_POLE_LENGTH = 1.0


def draw_cart_pole(axes: Any, observation: Observation) -> None:
    """The cart on its track, the pole, and blue arrows for both velocities.

    Args:
      axes: matplotlib's.
      observation: [4]: position (m) and its velocity (m/s), angle from upright (rad) and its
        velocity (rad/s).
    """
    position, velocity, angle, angular_velocity = (float(value) for value in observation)
    reach = max(4.0, abs(position) + 1.2)
    axes.axhline(0, color="#bdc3c7", linewidth=2, zorder=0)
    for limit in (-2.4, 2.4):
        axes.plot([limit, limit], [-0.15, 0.15], color="#7f8c8d", linewidth=2, zorder=0)
    axes.add_patch(_rectangle(position - 0.3, -0.15, 0.6, 0.3))
    tip = np.array([position + _POLE_LENGTH * np.sin(angle), _POLE_LENGTH * np.cos(angle)])
    axes.plot([position, tip[0]], [0, tip[1]], color=_JOINT, linewidth=5, solid_capstyle="round")
    _arrow(axes, (position, -0.35), (np.tanh(velocity / 2), 0.0))
    swing = np.tanh(angular_velocity / 2)
    _arrow(axes, tip, (swing * np.cos(angle), -swing * np.sin(angle)))
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-0.6 * reach, 0.6 * reach)
    axes.set_aspect("equal")


def draw_pendulum(axes: Any, observation: Observation) -> None:
    """The rod and its swing; upright is up, and a real state's rod ends on the circle.

    Args:
      axes: matplotlib's.
      observation: [3]: cosine and sine of the angle from upright, angular velocity (rad/s).
    """
    cosine, sine, angular_velocity = (float(value) for value in observation)
    length = max(1e-3, float(np.hypot(cosine, sine)))
    tip = np.array([-sine, cosine])
    axes.add_patch(_circle(1.0))
    axes.plot([0, tip[0]], [0, tip[1]], color=_JOINT, linewidth=5, solid_capstyle="round")
    axes.plot(0, 0, "o", color=_BODY, markersize=8)
    swing = np.tanh(angular_velocity / 4) / length
    _arrow(axes, tip, (-swing * tip[1], swing * tip[0]))
    reach = max(1.4, length + 0.4)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")


def draw_double_pendulum(axes: Any, observation: Observation) -> None:
    """The cart, both poles, and blue arrows for the cart's and the poles' velocities.

    Args:
      axes: matplotlib's.
      observation: [8]: position (m), sines of both angles, their cosines, velocity (m/s), both
        angular velocities (rad/s); the second angle goes from the first pole.
    """
    position, *angles, velocity, first_swing, second_swing = (float(value) for value in observation)
    first = np.arctan2(angles[0], angles[2])
    second = first + np.arctan2(angles[1], angles[3])
    joint = np.array([position + np.sin(first), np.cos(first)])
    tip = joint + np.array([np.sin(second), np.cos(second)])
    axes.axhline(0, color="#bdc3c7", linewidth=2, zorder=0)
    axes.add_patch(_rectangle(position - 0.25, -0.12, 0.5, 0.24))
    axes.plot(
        [position, joint[0], tip[0]], [0, joint[1], tip[1]], color=_JOINT, linewidth=5, marker="o"
    )
    _arrow(axes, (position, -0.35), (np.tanh(velocity / 2), 0.0))
    for end, angle, swing in ((joint, first, first_swing), (tip, second, second_swing)):
        length = np.tanh(swing / 2)
        _arrow(axes, end, (length * np.cos(angle), -length * np.sin(angle)))
    left, right = min(position, joint[0], tip[0]), max(position, joint[0], tip[0])
    axes.set_xlim(min(-1.6, left - 0.4), max(1.6, right + 0.4))
    axes.set_ylim(min(-0.8, joint[1] - 0.4, tip[1] - 0.4), 2.5)
    axes.set_aspect("equal")


POSES: dict[str, Draw] = {
    "cart_pole": draw_cart_pole,
    "pendulum": draw_pendulum,
    "double_pendulum": draw_double_pendulum,
}
"""Drawings by the names that environments give as their pose."""


def find_pose(pose: Pose) -> Draw | None:
    """The function that draws a task's inputs; None where there is none.

    Raises:
      ConfigError: a name that is in no table.
    """
    if not isinstance(pose, str):
        return pose
    require_choice("pose", pose, tuple(POSES))
    return POSES[pose]


def draw_example(
    axes: Any, task: Task, state: TaskState, example: Observation, target: Observation
) -> bool:
    """Draws a synthetic input as a person would see it, with its target; False for numbers alone.

    Args:
      axes: matplotlib's.
      task: says how, by its pose or its channels' names.
      state: the task's.
      example: as a network is given it, [*input_shape].
      target: its target, [size].
    """
    draw, channels = find_pose(task.pose), task.labels.channel_names
    if draw is None and not channels:
        return False
    if draw is None:
        draw_channels(axes, example, channels)
    else:
        observation = np.asarray(task.restore(state, jnp.asarray(example)[None]))[0]
        draw(axes, observation)
        write_entries(axes, observation, task.labels.input_names)
    axes.set_title(task.describe_target(target))
    return True


def write_entries(axes: Any, observation: Observation, names: tuple[str, ...]) -> None:
    """Writes a vector's entries [entries] below its picture, by name; nothing without names."""
    if not names:
        return
    numbers = [f"{name} = {value:.2f}" for name, value in zip(names, observation, strict=True)]
    beside = 4 if len(numbers) <= 4 else 3
    lines = [numbers[start : start + beside] for start in range(0, len(numbers), beside)]
    axes.set_xlabel("\n".join("   ".join(line) for line in lines), fontsize=9)


def draw_channels(axes: Any, observation: Observation, names: tuple[str, ...]) -> None:
    """An image [height, width, channels] channel by channel: red above the usual, blue below."""
    height, width, _ = observation.shape
    gap = np.full((height, 1), np.nan)
    strips = [part for channel in np.moveaxis(observation, -1, 0) for part in (channel, gap)]
    limit = max(1e-6, float(np.max(np.abs(observation))))
    axes.imshow(np.concatenate(strips[:-1], axis=1), cmap="RdBu_r", vmin=-limit, vmax=limit)
    middles = [index * (width + 1) + width / 2 - 0.5 for index in range(len(names))]
    axes.set_xticks(middles, names, fontsize=8, rotation=0 if len(names) < 8 else 90)
    axes.tick_params(length=0)


def _rectangle(left: float, bottom: float, width: float, height: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((left, bottom), width, height, color=_BODY)


def _circle(radius: float) -> Any:
    from matplotlib.patches import Circle

    return Circle((0, 0), radius, fill=False, color="#bdc3c7", linewidth=1.5)


def _arrow(axes: Any, start: Any, along: tuple[float, float]) -> None:
    end = (start[0] + along[0], start[1] + along[1])
    style = {"arrowstyle": "-|>", "color": _MOTION, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=tuple(start), arrowprops=style)
