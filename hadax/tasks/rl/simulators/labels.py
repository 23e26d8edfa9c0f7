"""What observations and actions are called, where the simulators' own documents say it.

gymnax's classic control and MinAtar, those of Brax's robots that have tables, and poles and the
point mass of Playground; where a table contradicts the code, the code is followed. Brax's actions
are shares of a motor's largest torque, and have no unit.
"""

from hadax.core.specification import Labels, Levels

_DIRECTIONS = ("← left", "↑ up", "right →", "↓ down")

GYMNAX: dict[str, Labels] = {
    "CartPole-v1": Labels(
        input_names=("x", "ẋ", "θ", "θ̇"),
        input_units=("m", "m/s", "rad", "rad/s"),
        target_names=("← push left", "push right →"),
    ),
    "Pendulum-v1": Labels(
        input_names=("cos θ", "sin θ", "θ̇"),
        input_units=("", "", "rad/s"),
        target_names=("torque",),
        target_units=("N m",),
    ),
    "Acrobot-v1": Labels(
        input_names=("cos θ₁", "sin θ₁", "cos θ₂", "sin θ₂", "θ̇₁", "θ̇₂"),
        input_units=("", "", "", "", "rad/s", "rad/s"),
        target_names=("torque -1", "no torque", "torque 1"),
    ),
    "MountainCar-v0": Labels(
        input_names=("x", "ẋ"), target_names=("← push left", "no push", "push right →")
    ),
    "MountainCarContinuous-v0": Labels(input_names=("x", "ẋ"), target_names=("force",)),
    "Asterix-MinAtar": Labels(
        target_names=("stay", *_DIRECTIONS), channel_names=("player", "enemy", "trail", "gold")
    ),
    "Breakout-MinAtar": Labels(
        target_names=("stay", "← left", "right →"),
        channel_names=("paddle", "ball", "trail", "bricks"),
    ),
    "Freeway-MinAtar": Labels(
        target_names=("stay", "↑ up", "↓ down"),
        channel_names=("chicken", "cars", *(f"speed {speed}" for speed in range(1, 6))),
    ),
    "Seaquest-MinAtar": Labels(
        target_names=("stay", *_DIRECTIONS, "fire"),
        channel_names=(
            "submarine",
            "its back",
            "own shots",
            "trail",
            "enemy shots",
            "fish",
            "enemies",
            "oxygen",
            "divers aboard",
            "divers",
        ),
    ),
    "Pong-misc": Labels(
        target_names=("stay", "↑ up", "↓ down"), channel_names=("paddles", "ball", "trail")
    ),
    "SpaceInvaders-MinAtar": Labels(
        target_names=("stay", "← left", "right →", "fire"),
        channel_names=(
            "cannon",
            "aliens",
            "to the left",
            "to the right",
            "own shots",
            "enemy shots",
        ),
    ),
}
"""gymnax's environments by name."""

SEVERAL_PLAYERS = ("Pong-misc",)
"""gymnax's games whose first channel shows more than the one player."""

_LEG = ("thigh", "leg", "foot")
_LEGS = (*_LEG, *(f"left {joint}" for joint in _LEG))
_PAWS = tuple(f"{end} {joint}" for end in ("back", "front") for joint in ("thigh", "shin", "foot"))


def _runner(joints: tuple[str, ...]) -> Labels:
    """A planar robot: height, pitch and joints, then the velocities of all, x's among them."""
    return Labels(
        input_names=(
            "z",
            "pitch",
            *joints,
            "ẋ",
            "ż",
            *(f"{name} rate" for name in ("pitch", *joints)),
        ),
        input_units=(
            "m",
            *["rad"] * (1 + len(joints)),
            "m/s",
            "m/s",
            *["rad/s"] * (1 + len(joints)),
        ),
        target_names=tuple(f"{joint} torque" for joint in joints),
    )


BRAX: dict[str, Labels] = {
    "hopper": _runner(_LEG),
    "walker2d": _runner(_LEGS),
    "halfcheetah": _runner(_PAWS),
    "inverted_pendulum": Labels(
        input_names=("x", "θ", "ẋ", "θ̇"),
        input_units=("m", "rad", "m/s", "rad/s"),
        target_names=("force",),
    ),
    "inverted_double_pendulum": Labels(
        input_names=("x", "sin θ₁", "sin θ₂", "cos θ₁", "cos θ₂", "ẋ", "θ̇₁", "θ̇₂"),
        input_units=("m", "", "", "", "", "m/s", "rad/s", "rad/s"),
        target_names=("force",),
    ),
    "reacher": Labels(
        input_names=(
            *("cos θ₁", "cos θ₂", "sin θ₁", "sin θ₂", "target x", "target y"),
            *("tip ẋ", "tip ẏ", "to target x", "to target y", "to target z"),
        ),
        input_units=("", "", "", "", "m", "m", "m/s", "m/s", "m", "m", "m"),
        target_names=("first torque", "second torque"),
    ),
}
"""Brax's environments by name."""

_CART_AND_POLE = Labels(
    input_names=("x", "cos θ", "sin θ", "ẋ", "θ̇"),
    input_units=("m", "", "", "m/s", "rad/s"),
    target_names=("force",),
)

_ARM = Labels(
    input_names=("θ₁", "θ₂", "to target x", "to target y", "θ̇₁", "θ̇₂"),
    input_units=("rad", "rad", "m", "m", "rad/s", "rad/s"),
    target_names=("first torque", "second torque"),
)

_TWO_LINKS = Labels(
    input_names=("sin θ₁", "sin θ₂", "cos θ₁", "cos θ₂", "θ̇₁", "θ̇₂"),
    input_units=("", "", "", "", "rad/s", "rad/s"),
    target_names=("torque",),
)

PLAYGROUND: dict[str, Labels] = {
    "AcrobotSwingup": _TWO_LINKS,
    "AcrobotSwingupSparse": _TWO_LINKS,
    "CartpoleBalance": _CART_AND_POLE,
    "CartpoleBalanceSparse": _CART_AND_POLE,
    "CartpoleSwingup": _CART_AND_POLE,
    "CartpoleSwingupSparse": _CART_AND_POLE,
    "PendulumSwingup": Labels(
        input_names=("sin θ", "cos θ", "θ̇"),
        input_units=("", "", "rad/s"),
        target_names=("torque",),
    ),
    "PointMass": Labels(
        input_names=("x", "y", "ẋ", "ẏ"),
        input_units=("m", "m", "m/s", "m/s"),
        target_names=("force along x", "force along y"),
    ),
    "ReacherEasy": _ARM,
    "ReacherHard": _ARM,
}
"""Playground's environments by name; read off its code, θ = 0 upright."""

POSES: dict[str, str] = {
    "CartPole-v1": "cart_pole",
    "Pendulum-v1": "pendulum",
    "Acrobot-v1": "acrobot",
    "MountainCar-v0": "mountain_car",
    "MountainCarContinuous-v0": "mountain_car",
    **{name: "game" for name, labels in GYMNAX.items() if labels.channel_names},
    "inverted_double_pendulum": "double_pendulum",
}
"""Environments whose observation is a pose that hadax.pictures.poses can draw."""

STEP_SECONDS: dict[str, float] = {"CartPole-v1": 0.02, "Pendulum-v1": 0.05, "Acrobot-v1": 0.2}
"""Seconds of the simulated world in a step of gymnax's environments; games have no clock."""

LEVELS: dict[str, Levels] = {
    "CartPole-v1": Levels(475, 22.2),
    "Pendulum-v1": Levels(None, -1224),
    "Acrobot-v1": Levels(-100, -498.6),
    "MountainCar-v0": Levels(-110, -200),
    "MountainCarContinuous-v0": Levels(90, -33.3),
    "Asterix-MinAtar": Levels(None, 0.54),
    "Breakout-MinAtar": Levels(None, 0.4),
    "Freeway-MinAtar": Levels(None, 0.4),
    "Pong-misc": Levels(None, 85.3),
    "SpaceInvaders-MinAtar": Levels(None, 4.0),
}
"""Where gymnasium calls a task solved, and the mean of 2,000 episodes of random actions."""

BRAX_LEVELS: dict[str, Levels] = {
    "ant": Levels(None, -165.9),
    "halfcheetah": Levels(None, -111.3),
    "hopper": Levels(None, 98.8),
    "inverted_double_pendulum": Levels(None, 495.9),
    "inverted_pendulum": Levels(None, 22.9),
    "reacher": Levels(None, -830.5),
    "walker2d": Levels(None, 271.7),
}
"""The mean of 256 episodes of random actions on the positional physics."""
