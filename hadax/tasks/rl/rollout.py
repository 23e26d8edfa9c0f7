"""Whole first episodes: ended early, summed on the way, nothing stacked over time."""

from dataclasses import replace
from typing import Any, Protocol

import jax
import jax.numpy as jnp
from flax import struct

from hadax.core.bodies import Bodies
from hadax.core.recording import Recording
from hadax.core.types import Key
from hadax.core.xla.conditions import any_across_vmaps
from hadax.tasks.rl.environment import Environment

# Steps between two looks at whether any episode still runs. Longer blocks waste steps at the end,
# shorter ones pay for the look.
_BLOCK = 16

# Physics that explodes passes this long before it is infinite, and one such observation would spoil
# a normaliser's sums for good.
_LARGEST_SOUND = 1e6


class Act(Protocol):
    """A policy while it plays."""

    def __call__(
        self, key: Key, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, Any]:
        """One step's actions.

        Args:
          key: the step's.
          memory: what the policy keeps from step to step; the same shapes throughout.
          observations: [episodes, *shape].
          running: which episodes still run, bool [episodes].

        Returns:
          Actions [episodes, ...], whether each rests on finite outputs of the policy, bool
          [episodes], and the memory after this step.
        """


@struct.dataclass
class Episodes:
    """What some episodes came to; running sums, so independent of their length in memory.

    Attributes:
      returns: summed reward of each whole episode, float32 [episodes]; of a broken one see
        `rollout`.
      lengths: steps of each episode, int32 [episodes].
      broken: episodes that the simulator ended by a value that is not finite, or by an observation
        beyond a million, bool [episodes].
      failed: whether the policy's outputs were ever not finite, bool [].
      memory: the policy's, after the last step.
    """

    returns: jax.Array
    lengths: jax.Array
    broken: jax.Array
    failed: jax.Array
    memory: Any


@struct.dataclass
class _Carry:
    time: jax.Array
    states: Any
    observations: jax.Array
    running: jax.Array
    episodes: Episodes


def rollout(
    environment: Environment,
    act: Act,
    memory: Any,
    key: Key,
    episodes: int,
    horizon: int | jax.Array,
    early_exit: bool | jax.Array = True,
) -> Episodes:
    """Plays whole episodes of one policy side by side, each from reset to its end.

    Args:
      environment: what is played.
      act: the policy.
      memory: what the policy starts with.
      key: the same key gives the same episodes.
      episodes: how many.
      horizon: steps after which an episode ends; may be traced, int32 [].
      early_exit: stop when all episodes are over (of all policies in the surrounding vmaps);
        False plays to the horizon, with the same result; may be traced, bool [].

    Returns:
      The episodes' returns and lengths. A finished episode gains nothing any more. An episode in
      which the simulator breaks ends there, is marked, and where rewards are costs it counts as
      if it had gone on to the horizon at the pace it had, so that breaking does not pay. One that
      breaks at its first step has no pace: it counts at the worst of those beside it, and where
      there are none it returns NaN.
    """
    reset_key, step_key = jax.random.split(key)
    start = _begun(environment, memory, reset_key, episodes)

    def step(_: int, carry: _Carry) -> _Carry:
        return _step(environment, act, step_key, horizon, carry)

    def block(carry: _Carry) -> _Carry:
        return jax.lax.fori_loop(0, _BLOCK, step, carry)

    def unfinished(carry: _Carry) -> jax.Array:
        wanted = any_across_vmaps(carry.running) | jnp.logical_not(early_exit)
        return (carry.time < horizon) & wanted

    return _without_gain(jax.lax.while_loop(unfinished, block, start).episodes, horizon)


def recorded(environment: Environment, act: Act, memory: Any, key: Key) -> Recording:
    """The episode of a rollout of one, kept step by step.

    Args:
      environment, act, memory, key: as for `rollout`.
    """
    reset_key, step_key = jax.random.split(key)
    start, horizon, pose = _begun(environment, memory, reset_key, 1), environment.horizon, None
    if isinstance(environment.pose, Bodies):
        pose = environment.pose

    def look(carry: _Carry) -> tuple[jax.Array, jax.Array]:
        state = jax.tree.map(lambda leaf: leaf[0], carry.states)
        seen = carry.observations[0] if pose is None else pose.of_state(state)
        return seen, carry.episodes.returns[0]

    def step(carry: _Carry, _: None) -> tuple[_Carry, tuple[jax.Array, jax.Array]]:
        after = _step(environment, act, step_key, horizon, carry)
        return after, look(after)

    end, later = jax.lax.scan(step, start, None, length=horizon)
    seen, returns = jax.tree.map(
        lambda first, rest: jnp.concatenate([first[None], rest]), look(start), later
    )
    return Recording(seen, returns, end.episodes.lengths[0], environment.step_seconds)


def _begun(environment: Environment, memory: Any, reset_key: Key, episodes: int) -> _Carry:
    states, observations = jax.vmap(environment.reset)(jax.random.split(reset_key, episodes))
    return _Carry(
        time=jnp.int32(0),
        states=states,
        observations=observations.astype(jnp.float32),
        running=jnp.ones(episodes, dtype=bool),
        episodes=Episodes(
            returns=jnp.zeros(episodes),
            lengths=jnp.zeros(episodes, dtype=jnp.int32),
            broken=jnp.zeros(episodes, dtype=bool),
            failed=jnp.bool_(False),
            memory=memory,
        ),
    )


def _step(
    environment: Environment, act: Act, step_key: Key, horizon: int | jax.Array, carry: _Carry
) -> _Carry:
    running, before = carry.running, carry.episodes
    act_key, environment_key = jax.random.split(jax.random.fold_in(step_key, carry.time))
    actions, acted, memory = act(act_key, before.memory, carry.observations, running)
    keys = jax.random.split(environment_key, running.shape[0])
    states, observations, rewards, ended = jax.vmap(environment.step)(keys, carry.states, actions)
    observations, rewards = observations.astype(jnp.float32), rewards.astype(jnp.float32)

    sound = jnp.isfinite(rewards) & all_sound(observations)
    after = Episodes(
        returns=before.returns + jnp.where(running & sound, rewards, 0.0),
        lengths=before.lengths + running.astype(jnp.int32),
        broken=before.broken | (running & acted & ~sound),
        failed=before.failed | jnp.any(running & ~acted),
        memory=memory,
    )
    time = carry.time + 1
    return _Carry(
        time=time,
        states=states,
        observations=jnp.where(_like(sound, observations), observations, 0.0),
        running=running & sound & ~ended.astype(bool) & (time < horizon),
        episodes=after,
    )


def _without_gain(played: Episodes, horizon: int | jax.Array) -> Episodes:
    """The episodes, broken ones returning no more than their pace up to the horizon would."""
    # The step that broke earned nothing.
    sound_steps = jnp.maximum(played.lengths - 1, 1)
    lasting = played.returns * (horizon / sound_steps)
    least = jnp.minimum(played.returns, lasting)
    returns = jnp.where(played.broken, least, played.returns)
    at_once = played.broken & (played.lengths == 1)
    return replace(
        played, returns=jnp.where(at_once, _of_no_step(played, at_once, horizon), returns)
    )


def _of_no_step(played: Episodes, at_once: jax.Array, horizon: int | jax.Array) -> jax.Array:
    """What an episode returns that broke at its first step, as `at_once` has it, float32 [].

    A start may break whatever is done there, so one such episode makes no policy worthless; but
    where rewards are costs, to earn nothing would be the best there is.
    """
    steps = played.lengths - played.broken.astype(jnp.int32)
    paces = jnp.where(at_once, jnp.inf, played.returns / jnp.maximum(steps, 1))
    worst = jnp.minimum(jnp.min(paces) * horizon, 0.0)
    return jnp.where(jnp.all(at_once), jnp.nan, worst)


def all_sound(observations: jax.Array) -> jax.Array:
    """Whether each row of observations [episodes, ...] is sound throughout, bool [episodes]."""
    within = jnp.abs(observations) < _LARGEST_SOUND
    return jnp.all(within, axis=tuple(range(1, observations.ndim)))


def _like(flags: jax.Array, values: jax.Array) -> jax.Array:
    """Flags [episodes] with as many axes as values [episodes, ...]."""
    return flags.reshape(flags.shape + (1,) * (values.ndim - flags.ndim))
