"""Episodes that begin elsewhere: a search plays some steps at random before the policy takes over.

Where an environment always begins alike, a policy is never taught what to do anywhere else: a
robot that has leapt once lies as it never lay before, and stays there. Random starts are common
where games begin alike (Mnih et al., "Human-level control through deep reinforcement learning",
2015, up to 30 steps); here each of five actions is held for a while, since actions that change at
every step cancel each other out in a body that has weight.
"""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.streams import RANDOM_START_STREAM
from hadax.core.types import Key
from hadax.tasks.rl.actions import random_actions
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.rollout import all_sound

_ACTIONS = 5


def with_random_start(environment: Environment, longest: int | jax.Array) -> Environment:
    """The environment whose episodes begin after up to so many steps of random actions.

    Args:
      environment: what is played; where those steps would end its episode, or break it, that
        begins as usual.
      longest: how many at most, int32 []; each episode draws its own number. A number of Python's
        leaves all as it is.
    """
    if not isinstance(longest, jax.Array):
        return environment

    def reset(key: Key) -> tuple[Any, jax.Array]:
        usual = environment.reset(key)
        number_key, action_key, step_key = jax.random.split(
            jax.random.fold_in(key, RANDOM_START_STREAM), 3
        )
        number = jax.random.randint(number_key, (), 0, longest + 1)
        held = jnp.maximum(longest // _ACTIONS, 1)

        def step(time: jax.Array, carry: tuple[Any, jax.Array]) -> tuple[Any, jax.Array]:
            (state, observation), sound = carry
            turn = jax.random.fold_in(action_key, time // held)
            action = random_actions(environment.target, turn, 1)[0]
            now = jax.random.fold_in(step_key, time)
            state, later, _, ended = environment.step(now, state, action)
            going = time < number
            sound &= jnp.logical_not(going & (ended | ~all_sound(later[None])[0]))
            reached = _where(going, (state, later), carry[0])
            return (reached[0], reached[1].astype(observation.dtype)), sound

        reached, sound = jax.lax.fori_loop(0, longest, step, (usual, jnp.bool_(True)))
        begun: tuple[Any, jax.Array] = _where(sound, reached, usual)
        return begun

    return replace(environment, reset=reset)


def _where(condition: jax.Array, chosen: Any, other: Any) -> Any:
    return jax.tree.map(lambda one, two: jnp.where(condition, one, two), chosen, other)
