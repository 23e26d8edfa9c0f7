"""What a policy sees from where its player is: a window around one cell of an image.

Most rules of a game on a grid go by what lies beside the player, wherever that is. Seen from there
(an egocentric view) such a rule is the same everywhere, and a handful of examples can teach it; on
whole images every place of the player needs its own.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike

from hadax.core.errors import UsageError, require
from hadax.core.types import Key
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.rollout import Act

_OF_ANY_SIZE = ("game",)
"""Poses that draw a window of an image as they draw all of it."""


def centred(images: ArrayLike, side: int) -> jax.Array:
    """The windows around the largest value of each image's first channel, the first if several.

    Args:
      images: [*batch, height, width, channels].
      side: of a window, odd and at least 1.

    Returns:
      Shape [*batch, side, side, channels]; zero beyond the image's edges.

    Raises:
      ConfigError: an even side, or none.
      UsageError: no images.

    Examples:
      >>> import hadax, jax.numpy as jnp
      >>> frame = jnp.zeros((10, 10, 2)).at[4, 7, 0].set(1.0).at[4, 8, 1].set(1.0)
      >>> hadax.centred(frame, side=3)[..., 1].tolist()
      [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    require(side % 2 == 1 and side > 0, "side", side, "must be odd, so that it has a middle")
    if jnp.ndim(images) < 3:
        found = f"images of shape {jnp.shape(images)}"
        raise UsageError(f"{found}, must be one of (height, width, channels) or several")
    *batch, height, width, channels = jnp.shape(images)
    reach = side // 2
    flat = jnp.reshape(images, (-1, height, width, channels))
    padded = jnp.pad(flat, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    places = jnp.argmax(flat[..., 0].reshape(-1, height * width), axis=1)

    def window(image: jax.Array, place: jax.Array) -> jax.Array:
        corner = (place // width, place % width, jnp.zeros_like(place))
        return jax.lax.dynamic_slice(image, corner, (side, side, channels))

    return jax.vmap(window)(padded, places).reshape(*batch, side, side, channels)


@cache
def with_view(environment: Environment, side: int) -> Environment:
    """The environment that is observed through a window around its first channel's cell.

    Cached, so that equal tasks share compiled code.

    Args:
      environment: what is played, its observations images [height, width, channels]; nothing of it
        changes but what is observed.
      side: of the window; 0 leaves all as it is.

    Raises:
      ConfigError: an even window, observations that are no images, or ones of several players.
    """
    if not side:
        return environment
    require(side % 2 == 1, "view", side, "must be odd, so that it has a middle, or 0")
    shape = environment.observation_shape
    expected = f"{environment.name} is no image: its observations have shape {shape}; use 0"
    require(len(shape) == 3, "view", side, expected)
    several = f"the first channel of {environment.name} shows more than one player; use 0"
    require(environment.one_player, "view", side, several)

    def reset(key: Key) -> tuple[Any, jax.Array]:
        state, observation = environment.reset(key)
        return state, centred(observation, side)

    def step(
        key: Key, state: Any, action: jax.Array
    ) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        state, observation, reward, ended = environment.step(key, state, action)
        return state, centred(observation, side), reward, ended

    labels, pose = environment.labels, environment.pose
    return replace(
        environment,
        observation_shape=(side, side, shape[-1]),
        reset=reset,
        step=step,
        # A window's entries are others at every step; its channels stay what they were.
        labels=replace(labels, input_names=(), input_units=()),
        pose=pose if pose in _OF_ANY_SIZE else None,
        whole=environment,
    )


def fitting_view(environment: Environment, shape: tuple[int, ...]) -> int | None:
    """Side of the window through which an environment's observations have a shape; 0 for no window.

    Args:
      environment: what is played, `with_view` or not.
      shape: of one observation.

    Returns:
      The `view`; None where none gives that shape.
    """
    played = environment.whole or environment
    whole = played.observation_shape
    if shape == whole:
        return 0
    square = len(shape) == len(whole) == 3 and shape[0] == shape[1] and shape[2] == whole[2]
    return shape[0] if played.one_player and square and shape[0] % 2 == 1 else None


def seen_whole(environment: Environment, act: Act) -> tuple[Environment, Act]:
    """The environment observed whole, and the same policy there; both themselves without a window.

    Its horizon and clock are those that are played, which may have been replaced since.

    Args:
      environment: what the policy plays, `with_view` or not.
      act: is given what that is observed as.
    """
    whole, side = environment.whole, environment.view
    if whole is None:
        return environment, act

    def through_window(
        key: Key, memory: Any, observations: jax.Array, running: jax.Array
    ) -> tuple[jax.Array, jax.Array, Any]:
        return act(key, memory, centred(observations, side), running)

    timed = replace(whole, horizon=environment.horizon, step_seconds=environment.step_seconds)
    return timed, through_window
