"""Brax environments as tasks (Freeman et al., "Brax", 2021, https://arxiv.org/abs/2106.13281)."""

from functools import cache
from types import ModuleType
from typing import Any

import jax.numpy as jnp

from hadax.core.specification import NO_LABELS
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.brax_interface import as_environment, choose_backend, quietly
from hadax.tasks.rl.simulators.earlier_brax import EarlierDoublePendulum
from hadax.tasks.rl.simulators.labels import BRAX, POSES

BACKENDS: tuple[str, ...] = ("positional", "spring", "generalized", "mjx")
"""Brax's physics; a dataset distilled on one is worth little on another."""

NORMALIZER = "running"
"""What suits positions and velocities of many sizes."""

_BACKENDS_OF = {"swimmer": ("generalized",)}
_HORIZON = 1000

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


def _simulator(name: str, backend: str) -> Any:
    if name == "inverted_double_pendulum_0.11":
        return EarlierDoublePendulum(_simulator("inverted_double_pendulum", backend))
    return brax.envs.get_environment(name, backend=backend)


def adapt(name: str, backend: str | None = None) -> Environment:
    """The environment behind hadax's adapter.

    Args:
      name: Brax's own name, "hopper" say.
      backend: one of BACKENDS; None for "positional", or the environment's only one.

    Raises:
      ConfigError: a backend that the environment does not have.
    """
    chosen = choose_backend(backend, _BACKENDS_OF.get(name, BACKENDS), f"brax/{name}")
    return _adapt(name, chosen)


@cache
def _adapt(name: str, backend: str) -> Environment:
    """Cached, so that equal tasks share traces and compiled code."""
    with quietly():
        return as_environment(
            _simulator(name, backend),
            name,
            _HORIZON,
            backend,
            BRAX.get(name, NO_LABELS),
            POSES.get(name),
        )
