"""Brax environments as tasks (Freeman et al., "Brax", 2021, https://arxiv.org/abs/2106.13281)."""

from functools import cache
from typing import Any

from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.brax_interface import as_environment, choose_backend, quietly
from hadax.tasks.rl.simulators.earlier_brax import EarlierDoublePendulum

BACKENDS: tuple[str, ...] = ("positional", "spring", "generalized", "mjx")
"""Brax's physics; a dataset distilled on one is worth little on another."""

NORMALIZER = "running"
"""What suits positions and velocities of many sizes."""

_BACKENDS_OF = {"swimmer": ("generalized",)}
_HORIZON = 1000

with quietly():
    import brax.envs

    from hadax.tasks.rl.simulators.brax_fluid import InFluid


def simulator(name: str, backend: str) -> Any:
    """Brax's own environment, with `reset(key)` and `step(state, action)` of one episode.

    Args:
      name: as in `adapt`.
      backend: one of BACKENDS.
    """
    if name == "inverted_double_pendulum_0.11":
        return EarlierDoublePendulum(simulator("inverted_double_pendulum", backend))
    found = brax.envs.get_environment(name, backend=backend)
    return InFluid(found) if found.sys.enable_fluid else found


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
        return as_environment(simulator(name, backend), name, _HORIZON, backend)
