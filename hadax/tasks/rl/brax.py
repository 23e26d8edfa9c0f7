"""Brax environments as tasks (Freeman et al., "Brax", 2021, https://arxiv.org/abs/2106.13281)."""

from functools import cache
from types import ModuleType
from typing import Any

import jax.numpy as jnp

from hadax.tasks.rl.brax_interface import as_environment, quietly, require_backend
from hadax.tasks.rl.brax_variants import EarlierDoublePendulum
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment

BACKENDS: tuple[str, ...] = ("positional", "spring", "generalized", "mjx")
"""Brax's physics; a dataset distilled on one is worth little on another."""

_BACKENDS_OF = {"swimmer": ("generalized",)}

with quietly():
    import brax.envs
    import brax.fluid


class _Numpy(ModuleType):
    """jax.numpy whose `clip` still takes the name that jax has dropped and Brax still uses."""

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    @staticmethod
    def clip(values: Any, a_min: Any = None, a_max: Any = None) -> Any:
        """jnp.clip by its old names."""
        return jnp.clip(values, a_min, a_max)


# The swimmer alone moves in a fluid, and would fail at its first step.
brax.fluid.jp = _Numpy("jax.numpy")


def make(
    environment: str,
    *,
    backend: str | None = None,
    episodes: int = 4,
    action_mode: str = "greedy",
    action_bounds: str = "clip",
    normalizer: str = "running",
    horizon: int = 1000,
    curriculum: int = 0,
    early_exit: bool = True,
) -> ControlTask:
    """A Brax environment as a control task.

    Args:
      environment: Brax's own name, "hopper" say.
      backend: one of BACKENDS; None for "positional", or the environment's only one.
      episodes, action_mode, action_bounds, normalizer, curriculum, early_exit: as in
        ControlTask.
      horizon: steps after which an episode ends.

    Raises:
      ConfigError: a value outside its range, or a backend that the environment does not have.
    """
    choices = _BACKENDS_OF.get(environment, BACKENDS)
    backend = choices[0] if backend is None else backend
    require_backend(backend, choices, f"brax/{environment}")
    return ControlTask(
        environment=adapt(environment, backend, horizon),
        episodes=episodes,
        action_mode=action_mode,
        action_bounds=action_bounds,
        normalizer=normalizer,
        curriculum=curriculum,
        early_exit=early_exit,
    )


def _simulator(name: str, backend: str) -> Any:
    if name == "inverted_double_pendulum_0.11":
        return EarlierDoublePendulum(_simulator("inverted_double_pendulum", backend))
    return brax.envs.get_environment(name, backend=backend)


@cache
def adapt(name: str, backend: str, horizon: int) -> Environment:
    """The environment behind hadax's adapter; cached, so that equal tasks share compiled code."""
    with quietly():
        simulator = _simulator(name, backend)
        return as_environment(simulator, name, horizon, backend)
