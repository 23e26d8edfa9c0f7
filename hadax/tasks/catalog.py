"""The built-in tasks; only names and places, so that listing them imports no simulator."""

from collections.abc import Callable

from hadax.tasks.declared import DeclaredFactory
from hadax.tasks.registry import bring, refuse
from hadax.tasks.rl.config import ControlOptions, control_options
from hadax.tasks.supervised.config import ImageOptions, image_options

GYMNAX: tuple[str, ...] = (
    "CartPole-v1",
    "Pendulum-v1",
    "Acrobot-v1",
    "MountainCar-v0",
    "MountainCarContinuous-v0",
    "Asterix-MinAtar",
    "Breakout-MinAtar",
    "Freeway-MinAtar",
    "Seaquest-MinAtar",
    "SpaceInvaders-MinAtar",
    "Catch-bsuite",
    "DeepSea-bsuite",
    "MemoryChain-bsuite",
    "UmbrellaChain-bsuite",
    "DiscountingChain-bsuite",
    "SimpleBandit-bsuite",
    "FourRooms-misc",
    "MetaMaze-misc",
    "PointRobot-misc",
    "BernoulliBandit-misc",
    "GaussianBandit-misc",
    "Reacher-misc",
    "Swimmer-misc",
    "Pong-misc",
)
"""gymnax's own ids of the environments that are tasks here: all that observe one array."""

GYMNAX_REFUSED: dict[str, str] = {
    "FrozenLake-misc": "cannot be a task: it observes a cell's number, no vector or image",
    "MNISTBandit-bsuite": "cannot be a task: gymnax downloads MNIST whenever it is made",
}
"""gymnax's own ids of the others, and why."""

BRAX: tuple[str, ...] = (
    "ant",
    "halfcheetah",
    "hopper",
    "humanoid",
    "humanoid_0.10",
    "humanoidstandup",
    "humanoidstandup_0.10",
    "inverted_double_pendulum",
    "inverted_double_pendulum_0.11",
    "inverted_pendulum",
    "pusher",
    "reacher",
    "swimmer",
    "walker2d",
)
"""Brax's own names of its environments, and three as earlier releases had them."""

PLAYGROUND: tuple[str, ...] = (
    "AcrobotSwingup",
    "AcrobotSwingupSparse",
    "BallInCup",
    "CartpoleBalance",
    "CartpoleBalanceSparse",
    "CartpoleSwingup",
    "CartpoleSwingupSparse",
    "CheetahRun",
    "FingerSpin",
    "FingerTurnEasy",
    "FingerTurnHard",
    "FishSwim",
    "HopperHop",
    "HopperStand",
    "HumanoidRun",
    "HumanoidStand",
    "HumanoidWalk",
    "PendulumSwingup",
    "PointMass",
    "ReacherEasy",
    "ReacherHard",
    "SwimmerSwimmer6",
    "WalkerRun",
    "WalkerStand",
    "WalkerWalk",
)
"""MuJoCo Playground's own names of the environments of its control suite."""

PLAYGROUND_REFUSED: tuple[str, ...] = (
    "AeroCubeRotateZAxis",
    "AlohaHandOver",
    "AlohaSinglePegInsertion",
    "ApolloJoystickFlatTerrain",
    "BarkourJoystick",
    "BerkeleyHumanoidJoystickFlatTerrain",
    "BerkeleyHumanoidJoystickRoughTerrain",
    "G1JoystickFlatTerrain",
    "G1JoystickRoughTerrain",
    "Go1Footstand",
    "Go1Getup",
    "Go1Handstand",
    "Go1JoystickFlatTerrain",
    "Go1JoystickRoughTerrain",
    "H1InplaceGaitTracking",
    "H1JoystickGaitTracking",
    "LeapCubeReorient",
    "LeapCubeRotateZAxis",
    "Op3Joystick",
    "PandaOpenCabinet",
    "PandaPickCube",
    "PandaPickCubeCartesian",
    "PandaPickCubeOrientation",
    "PandaRobotiqPushCube",
    "SpotFlatTerrainJoystick",
    "SpotGetup",
    "SpotJoystickGaitTracking",
    "T1JoystickFlatTerrain",
    "T1JoystickRoughTerrain",
)
"""Playground's robots, whose models it clones from a repository when they are first made."""

IMAGES: tuple[str, ...] = ("digits", "mnist", "fashion_mnist", "cifar10")
"""Sets of real images."""

_ROBOT_REFUSED = "cannot be a task yet: playground clones its robot's model from the network"


def register_all() -> None:
    """Registers every built-in task; called once, when hadax.tasks is imported."""
    libraries = {"gymnax": GYMNAX, "brax": BRAX, "playground": PLAYGROUND}
    for library, environments in libraries.items():
        for environment in environments:
            fixed = {"library": library, "environment": environment}
            bring(f"{library}/{environment}", _declared("rl", control_options, fixed))
    for environment, reason in GYMNAX_REFUSED.items():
        refuse(f"gymnax/{environment}", reason)
    for environment in PLAYGROUND_REFUSED:
        refuse(f"playground/{environment}", _ROBOT_REFUSED)
    for source in IMAGES:
        fixed = {"source": source}
        bring(f"supervised/{source}", _declared("supervised", image_options, fixed))
    bring("analytic/linear_quadratic", "hadax.tasks.rl.linear_quadratic:make")
    bring("analytic/linear_regression", "hadax.tasks.supervised.linear_regression:make")


def _declared(
    kind: str, options: "Callable[..., ControlOptions | ImageOptions]", fixed: dict[str, str]
) -> DeclaredFactory:
    """The factory of a kind of tasks, for what a name fixes."""
    config = ControlOptions if kind == "rl" else ImageOptions
    return DeclaredFactory(f"hadax.tasks.{kind}.factory:make", options, config, fixed)
