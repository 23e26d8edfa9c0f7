"""The built-in tasks; only names and places, so that listing them imports no simulator."""

from hadax.tasks.registry import register

GYMNAX: tuple[str, ...] = ("CartPole-v1", "Pendulum-v1")
"""gymnax's own ids of the environments that are tasks here."""


def register_all() -> None:
    """Registers every built-in task; called once, when hadax.tasks is imported."""
    for environment in GYMNAX:
        register(f"gymnax/{environment}", "hadax.tasks.rl.gymnax:make", environment=environment)
    register("analytic/linear_quadratic", "hadax.tasks.rl.linear_quadratic:make")
    register("analytic/linear_regression", "hadax.tasks.supervised.linear_regression:make")
