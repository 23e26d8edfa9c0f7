"""Synthetic states as pictures: the pose that an observation stands for."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Observation: TypeAlias = NDArray[np.float32]

Draw: TypeAlias = Callable[[Any, Observation], None]
"""Draws one observation on matplotlib axes."""

_BODY, _JOINT, _MOTION = "#34495e", "#c0392b", "#2980b9"
_POLE_LENGTH = 1.0


def draw_cart_pole(axes: Any, observation: Observation) -> None:
    """The cart on its track, the pole, and blue arrows for both velocities."""
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
    """The rod and its swing; upright is up, and a real state's rod ends on the circle."""
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
    """The cart, both poles, and blue arrows for the cart's and the poles' velocities."""
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


_DOUBLE_PENDULUM = ("x", "sin θ₁", "sin θ₂", "cos θ₁", "cos θ₂", "ẋ", "θ̇₁", "θ̇₂")

DRAWINGS: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "CartPole-v1": (draw_cart_pole, ("x", "ẋ", "θ", "θ̇")),
    "Pendulum-v1": (draw_pendulum, ("cos θ", "sin θ", "θ̇")),
    "inverted_double_pendulum": (draw_double_pendulum, _DOUBLE_PENDULUM),
}
"""Environments that have a pose to draw, and what their observation's entries are called."""

ACTIONS: dict[str, tuple[str, ...]] = {
    "CartPole-v1": ("← push left", "push right →"),
    "Breakout-MinAtar": ("stay", "← left", "right →"),
    "Freeway-MinAtar": ("stay", "↑ up", "↓ down"),
}
"""What an environment's discrete actions do, where that is known."""

CHANNELS: dict[str, tuple[str, ...]] = {
    "Breakout-MinAtar": ("paddle", "ball", "trail", "bricks"),
    "Freeway-MinAtar": ("chicken", "cars", "speed 1", "speed 2", "speed 3", "speed 4", "speed 5"),
}
"""What the channels of a game's image show, where that is known."""


def draw_channels(axes: Any, observation: Observation, names: tuple[str, ...]) -> None:
    """An image [height, width, channels] channel by channel: red above the usual, blue below."""
    height, width, _ = observation.shape
    gap = np.full((height, 1), np.nan)
    strips = [part for channel in np.moveaxis(observation, -1, 0) for part in (channel, gap)]
    limit = max(1e-6, float(np.max(np.abs(observation))))
    axes.imshow(np.concatenate(strips[:-1], axis=1), cmap="RdBu_r", vmin=-limit, vmax=limit)
    middles = [index * (width + 1) + width / 2 - 0.5 for index in range(len(names))]
    axes.set_xticks(middles, names, fontsize=8)
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
