"""MuJoCo Playground environments as tasks (Zakka et al., 2025, https://arxiv.org/abs/2502.08844)."""

from functools import cache

from hadax.tasks.rl.brax_interface import as_environment, quietly, require_backend
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment

BACKENDS: tuple[str, ...] = ("jax", "warp")
"""Implementations of MuJoCo's physics: JAX's own compiler, or NVIDIA's Warp kernels."""

with quietly():
    from mujoco_playground import dm_control_suite


def make(
    environment: str,
    *,
    backend: str = "jax",
    episodes: int = 4,
    action_mode: str = "greedy",
    action_bounds: str = "clip",
    normalizer: str = "running",
    horizon: int = 1000,
    curriculum: int = 0,
    early_exit: bool = True,
) -> ControlTask:
    """An environment of Playground's control suite as a control task.

    Args:
      environment: Playground's own name, "CartpoleBalance" say.
      backend: one of BACKENDS.
      episodes, action_mode, action_bounds, normalizer, curriculum, early_exit: as in
        ControlTask.
      horizon: steps after which an episode ends.

    Raises:
      ConfigError: a value outside its range, or observations that are not one array.
    """
    require_backend(backend, BACKENDS, f"playground/{environment}")
    return ControlTask(
        environment=adapt(environment, backend, horizon),
        episodes=episodes,
        action_mode=action_mode,
        action_bounds=action_bounds,
        normalizer=normalizer,
        curriculum=curriculum,
        early_exit=early_exit,
    )


@cache
def adapt(name: str, backend: str, horizon: int) -> Environment:
    """The environment behind hadax's adapter; cached, so that equal tasks share compiled code."""
    with quietly():
        simulator = dm_control_suite.load(name, config_overrides={"impl": backend})
        return as_environment(simulator, name, horizon, backend)
