"""Brax environments as tasks (Freeman et al., "Brax", 2021, https://arxiv.org/abs/2106.13281)."""

from dataclasses import replace
from functools import cache
from typing import Any

import jax

from hadax.core.specification import NO_LABELS, NO_LEVELS
from hadax.tasks.rl.config import choose_backend
from hadax.tasks.rl.environment import AliveBonus, Environment
from hadax.tasks.rl.simulators.brax_interface import as_environment, quietly
from hadax.tasks.rl.simulators.deferred import absent, unused
from hadax.tasks.rl.simulators.earlier_brax import EARLIER, todays
from hadax.tasks.rl.simulators.labels import BRAX, BRAX_LEVELS, POSES

NORMALIZER = "running"
"""What suits positions and velocities of many sizes."""

_HORIZON = 1000

# What their metrics call the part of the reward that is for being alive.
_ALIVE = {
    "ant": "reward_survive",
    "hopper": "reward_healthy",
    "humanoid": "reward_alive",
    "walker2d": "reward_healthy",
}

with quietly(), absent(*unused()):
    import brax.envs

    from hadax.tasks.rl.simulators.brax_bodies import bodies_of
    from hadax.tasks.rl.simulators.brax_fluid import InFluid


def simulator(name: str, backend: str | None) -> Any:
    """Brax's own environment, with `reset(key)` and `step(state, action)` of one episode.

    Args:
      name: as in `adapt`.
      backend: the physics.
    """
    if name in EARLIER:
        return EARLIER[name](simulator(todays(name), backend))
    found = brax.envs.get_environment(name, backend=backend)
    return InFluid(found) if found.sys.enable_fluid else found


def adapt(name: str, backend: str | None = None) -> Environment:
    """The environment behind hadax's adapter.

    Args:
      name: Brax's own name, "hopper" say.
      backend: of hadax.tasks.rl.config.BACKENDS; None for "positional", or the only one.

    Raises:
      ConfigError: a backend that the environment does not have.
    """
    return _adapt(name, choose_backend("brax", name, backend))


@cache
def _adapt(name: str, backend: str | None) -> Environment:
    """Cached, so that equal tasks share traces and compiled code."""
    today = todays(name)
    with quietly():
        found = simulator(name, backend)
        pose = POSES.get(today) or bodies_of(today, found)
        labels = BRAX.get(today, NO_LABELS)
        environment = as_environment(found, name, _HORIZON, backend, labels, pose)
    return replace(
        environment,
        alive_bonus=_alive_bonus(today),
        levels=BRAX_LEVELS.get(name, NO_LEVELS) if backend == "positional" else NO_LEVELS,
        step_seconds=float(found.dt),
    )


def _alive_bonus(name: str) -> AliveBonus | None:
    if name not in _ALIVE:
        return None

    def bonus(state: Any) -> jax.Array:
        reported: jax.Array = state.metrics[_ALIVE[name]]
        return reported

    return bonus
