"""Starts that no held action saves: episodes that end within a few steps whichever is tried.

What a task can earn at best is bounded by those that no policy saves, of which these are the most
there can be: the more actions are tried, the fewer are left. Tried on the same starts: staying
still, and actions drawn at random and held.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from absl import app, flags

from benchmarks.measure import report
from hadax import tasks
from hadax.core.specification import Continuous
from hadax.tasks.rl.actions import random_actions
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.rollout import rollout

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_TASKS = flags.DEFINE_list(
    "tasks", ["brax/ant", "brax/humanoid", "brax/hopper", "brax/walker2d"], "control tasks"
)
_STARTS = flags.DEFINE_integer("starts", 512, "episodes begun")
_STEPS = flags.DEFINE_integer("steps", 20, "an episode that is over by then was lost")
_POLICIES = flags.DEFINE_integer("policies", 8, "actions held, besides staying still")


def main(arguments: Sequence[str]) -> None:
    """Begins the same episodes under every policy."""
    del arguments
    rows = [_row(name) for name in _TASKS.value]
    report("lost_starts", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(name: str) -> dict[str, Any]:
    task = tasks.make(name)
    if not isinstance(task, ControlTask) or not isinstance(task.target, Continuous):
        raise app.UsageError(f"--tasks={name}: must be a control task with continuous actions")
    drawn = random_actions(task.target, jax.random.key(1), _POLICIES.value)
    held = jnp.concatenate([jnp.zeros_like(drawn[:1]), drawn])
    over = jax.jit(partial(jax.lax.map, partial(_over, task.environment)))(held)
    shares = jnp.mean(over, axis=1)
    return {
        "task": name,
        "starts": _STARTS.value,
        "over, staying still": float(shares[0]),
        "least, an action held": float(jnp.min(shares[1:])),
        "most": float(jnp.max(shares[1:])),
        "whichever is held": float(jnp.mean(jnp.all(over, axis=0))),
    }


def _over(environment: Environment, action: jax.Array) -> jax.Array:
    """Which episodes end within the steps while an action is held, bool [starts]."""

    def act(
        key: jax.Array, memory: tuple[()], observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, tuple[()]]:
        del key
        actions = jnp.broadcast_to(action, (observations.shape[0], *action.shape))
        return actions, jnp.ones_like(running), memory

    steps = _STEPS.value
    played = rollout(environment, act, (), jax.random.key(0), _STARTS.value, steps + 1)
    return played.lengths <= steps


if __name__ == "__main__":
    app.run(main)
