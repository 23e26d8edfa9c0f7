"""MuJoCo Playground environments as tasks (Zakka et al., 2025, https://arxiv.org/abs/2502.08844)."""

from dataclasses import replace
from functools import cache

from hadax.core.errors import require
from hadax.core.specification import NO_LABELS
from hadax.tasks.rl.config import choose_backend
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.brax_interface import as_environment, quietly
from hadax.tasks.rl.simulators.deferred import absent, unused
from hadax.tasks.rl.simulators.labels import PLAYGROUND
from hadax.tasks.rl.simulators.playground_bodies import bodies_of

NORMALIZER = "running"
"""What suits positions and velocities of many sizes."""

_HORIZON = 1000

with quietly(), absent(*unused()):
    from mujoco_playground import dm_control_suite


def adapt(name: str, backend: str | None = None) -> Environment:
    """The environment behind hadax's adapter.

    Args:
      name: Playground's own name, "CartpoleBalance" say.
      backend: of hadax.tasks.rl.config.BACKENDS; None for "jax".

    Raises:
      ConfigError: no such backend, one that this machine cannot run, or observations that are not
        one array.
    """
    return _adapt(name, choose_backend("playground", name, backend))


@cache
def _adapt(name: str, backend: str | None) -> Environment:
    """Cached, so that equal tasks share traces and compiled code."""
    there = backend not in unused()
    require(there, "backend", backend, "runs on an NVIDIA GPU alone, and none is here; try jax")
    with quietly():
        simulator = dm_control_suite.load(name, config_overrides={"impl": backend})
        pose = bodies_of(name, simulator)
        labels = PLAYGROUND.get(name, NO_LABELS)
        environment = as_environment(simulator, name, _HORIZON, backend, labels, pose)
    return replace(environment, step_seconds=float(simulator.dt))
