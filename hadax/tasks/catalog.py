"""The built-in tasks; only names and places, so that listing them imports no simulator."""

from hadax.tasks.registry import refuse, register

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


def register_all() -> None:
    """Registers every built-in task; called once, when hadax.tasks is imported."""
    for environment in GYMNAX:
        register(f"gymnax/{environment}", "hadax.tasks.rl.gymnax:make", environment=environment)
    for environment, reason in GYMNAX_REFUSED.items():
        refuse(f"gymnax/{environment}", reason)
    register("analytic/linear_quadratic", "hadax.tasks.rl.linear_quadratic:make")
    register("analytic/linear_regression", "hadax.tasks.supervised.linear_regression:make")
