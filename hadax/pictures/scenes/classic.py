"""Classic control: carts, poles, pendulums and hills, from an observation."""

import numpy as np

from hadax.pictures.scenes.scene import (
    BODY,
    GROUND,
    JOINT,
    LINE,
    Observation,
    Points,
    Polygon,
    Scene,
    Shape,
    Window,
    arrow,
    box,
    disc,
    rod,
)

_POLE = 1.0
_CART = (0.6, 0.3)


def cart_pole(observation: Observation, arrows: bool) -> Scene:
    """The cart on its track, the pole, and blue arrows for both velocities.

    Args:
      observation: [4]: position (m) and its velocity (m/s), angle from upright (rad) and its
        velocity (rad/s).
      arrows: whether velocities are shown.
    """
    position, velocity, angle, angular_velocity = (float(value) for value in observation)
    reach = max(2.9, abs(position) + 1.2)
    joint = np.array([position, 0.0])
    tip = joint + _POLE * _upward(angle)
    shapes: list[Shape] = [rod((-9 * reach, -0.17), (9 * reach, -0.17), 0.04, LINE)]
    shapes += [box(limit - 0.03, -0.32, 0.06, 0.3, LINE) for limit in (-2.4, 2.4)]
    shapes += [_cart(position), rod(joint, tip, 0.12, JOINT), disc(joint, 0.05, GROUND)]
    if arrows:
        swing = np.tanh(angular_velocity / 2)
        shapes += arrow((position, -0.45), (np.tanh(velocity / 2), 0))
        shapes += arrow(tip, swing * _clockwise(angle))
    return Scene(tuple(shapes), Window(-reach, -0.45 * reach, reach, 0.6 * reach))


def pendulum(observation: Observation, arrows: bool) -> Scene:
    """The rod and its swing; upright is up, and a real state's rod ends on the circle.

    Args:
      observation: [3]: cosine and sine of the angle from upright, angular velocity (rad/s).
      arrows: whether the velocity is shown.
    """
    cosine, sine, angular_velocity = (float(value) for value in observation)
    length = max(1e-3, float(np.hypot(cosine, sine)))
    tip = np.array([-sine, cosine])
    shapes: list[Shape] = [disc((0, 0), 1.0, "", LINE), rod((0, 0), tip, 0.16, JOINT)]
    shapes.append(disc((0, 0), 0.07, BODY))
    if arrows:
        swing = np.tanh(angular_velocity / 4) / length
        shapes += arrow(tip, (-swing * tip[1], swing * tip[0]))
    reach = max(1.4, length + 0.6)
    return Scene(tuple(shapes), Window(-reach, -reach, reach, reach))


def double_pendulum(observation: Observation, arrows: bool) -> Scene:
    """The cart, both poles, and blue arrows for the cart's and the poles' velocities.

    Args:
      observation: [8]: position (m), sines of both angles, their cosines, velocity (m/s), both
        angular velocities (rad/s); the second angle goes from the first pole.
      arrows: whether velocities are shown.
    """
    position, *angles, velocity, first_swing, second_swing = (float(value) for value in observation)
    first = np.arctan2(angles[0], angles[2])
    second = first + np.arctan2(angles[1], angles[3])
    cart = np.array([position, 0.0])
    joint = cart + _upward(first)
    tip = joint + _upward(second)
    ticks = np.arange(np.floor(position) - 4, np.floor(position) + 6)
    shapes: list[Shape] = [rod((position - 30, -0.17), (position + 30, -0.17), 0.04, LINE)]
    shapes += [box(tick - 0.02, -0.32, 0.04, 0.15, LINE) for tick in ticks]
    shapes += [_cart(position), rod(cart, joint, 0.12, JOINT), rod(joint, tip, 0.12, JOINT)]
    shapes += [disc(place, 0.08, BODY) for place in (joint, tip)]
    if arrows:
        shapes += arrow((position, -0.45), (np.tanh(velocity / 2), 0))
        for end, angle, swing in ((joint, first, first_swing), (tip, second, second_swing)):
            shapes += arrow(end, np.tanh(swing / 2) * _clockwise(angle))
    down = min(0.0, joint[1], tip[1])
    bottom, reach = down - 0.6, 2.4 - down
    window = Window(position - reach, bottom, position + reach, bottom + 1.25 * reach)
    return Scene(tuple(shapes), window)


def acrobot(observation: Observation, arrows: bool) -> Scene:
    """Two links from a fixed joint, hanging down at rest, and the height that the tip must reach.

    Args:
      observation: [6]: cosine and sine of the first link's angle from hanging, of the second's from
        the first, both angular velocities (rad/s).
      arrows: whether velocities are shown.
    """
    cosines, sines = observation[[0, 2]], observation[[1, 3]]
    first, second = np.arctan2(sines[0], cosines[0]), np.arctan2(sines[1], cosines[1])
    joint = -_upward(-first)
    tip = joint - _upward(-(first + second))
    shapes: list[Shape] = [rod((-9, 1), (9, 1), 0.03, LINE)]
    shapes += [rod((0, 0), joint, 0.16, JOINT), rod(joint, tip, 0.16, "#d98880")]
    shapes += [disc((0, 0), 0.11, BODY), disc(joint, 0.09, BODY)]
    if arrows:
        swings = np.tanh(observation[4:] / 4)
        shapes += arrow(joint, swings[0] * _clockwise(-first))
        shapes += arrow(tip, swings[1] * _clockwise(-(first + second)))
    return Scene(tuple(shapes), Window(-2.4, -2.3, 2.4, 2.3))


def mountain_car(observation: Observation, arrows: bool) -> Scene:
    """The car in its valley, and the flag that it must reach.

    Args:
      observation: [2]: position, and velocity a step.
      arrows: whether the velocity is shown.
    """
    position, velocity = (float(value) for value in observation)
    left, right = min(-1.25, position - 0.04), max(0.75, position + 0.1)
    across = np.linspace(left - 0.1, right + 0.1, 120)
    hill = np.stack([across, _height(across)], axis=1)
    corners = [(right + 0.1, -0.2), (left - 0.1, -0.2)]
    shapes: list[Shape] = [Polygon(np.concatenate([hill, corners]), GROUND, LINE)]
    goal = np.array([0.5, _height(0.5)])
    shapes += [rod(goal, goal + np.array([0, 0.2]), 0.012, BODY)]
    shapes.append(Polygon(goal + np.array([(0, 0.2), (0.1, 0.165), (0, 0.13)]), "#b7950b"))
    slope = np.arctan(1.35 * np.cos(3 * position))
    ahead, up = np.array([np.cos(slope), np.sin(slope)]), np.array([-np.sin(slope), np.cos(slope)])
    middle = np.array([position, _height(position)]) + 0.055 * up
    shapes.append(rod(middle - 0.05 * ahead, middle + 0.05 * ahead, 0.07, BODY))
    shapes += [disc(middle + along * ahead - 0.03 * up, 0.025, JOINT) for along in (-0.05, 0.05)]
    if arrows:
        shapes += arrow(middle + 0.09 * up, 0.4 * np.tanh(velocity / 0.04) * ahead, 0.4)
    window = Window(left, -0.12, right, -0.12 + (right - left) * 0.75)
    return Scene(tuple(shapes), window)


def _height(position: Points | float) -> Points:
    """The hill's, as gymnasium draws it."""
    return 0.45 * np.sin(3 * np.asarray(position)) + 0.55


def _upward(angle: float) -> Points:
    """The unit vector at an angle from upright, clockwise."""
    return np.array([np.sin(angle), np.cos(angle)])


def _clockwise(angle: float) -> Points:
    """Where the tip of `_upward` goes when the angle grows."""
    return np.array([np.cos(angle), -np.sin(angle)])


def _cart(position: float) -> Polygon:
    width, height = _CART
    return box(position - width / 2, -height / 2, width, height, BODY)
