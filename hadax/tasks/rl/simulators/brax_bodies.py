"""Brax's robots as bodies that can be drawn: from states, where it can be from observations."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hadax.core.bodies import Bodies, Camera, LinkPoses
from hadax.tasks.rl.simulators.brax_interface import quietly
from hadax.tasks.rl.simulators.solids import ground_of, solids_of

with quietly():
    from brax import kinematics
    from brax.base import Transform
    from brax.io import html

# How many of a robot's first coordinates its observation leaves out: those that say where it is.
_HIDDEN = {
    "ant": 2,
    "halfcheetah": 1,
    "hopper": 1,
    "humanoid": 2,
    "humanoidstandup": 2,
    "inverted_pendulum": 0,
    "walker2d": 1,
}

# Those that observe how high their torso is, not how far from where it began.
_HEIGHT_OBSERVED = ("hopper", "walker2d")

_CORNER, _ABOVE = Camera(35.0, 20.0), Camera(0.0, 90.0)
_CAMERAS = {
    "ant": _CORNER,
    "humanoid": _CORNER,
    "humanoidstandup": _CORNER,
    "pusher": Camera(0.0, 50.0),
    "reacher": _ABOVE,
}


def _arm(observation: jax.Array) -> jax.Array:
    """The reacher's coordinates: two angles, seen as cosines and sines, and the target's place."""
    return jnp.concatenate([jnp.arctan2(observation[2:4], observation[:2]), observation[4:6]])


_COORDINATES = {"reacher": _arm}


def bodies_of(name: str, simulator: Any) -> Bodies:
    """How one of Brax's environments is drawn.

    Args:
      name: Brax's.
      simulator: its environment.
    """
    system = simulator.sys
    return Bodies(
        solids=solids_of(system),
        of_state=_of_state,
        of_observation=_observed(name, system),
        ground=ground_of(system),
        camera=_CAMERAS.get(name, Camera()),
        page=partial(_page, system),
    )


def _of_state(state: Any) -> jax.Array:
    links = state.pipeline_state.x
    return jnp.concatenate([links.pos, links.rot], axis=-1)


def _observed(name: str, system: Any) -> Callable[[jax.Array], jax.Array] | None:
    """The links of an observation; None where it does not say where they are."""
    if name in _COORDINATES:
        return jax.jit(lambda observation: _forward(system, _COORDINATES[name](observation)))
    if name in _HIDDEN:
        return jax.jit(partial(_of_observation, system, _HIDDEN[name], name in _HEIGHT_OBSERVED))
    return None


def _of_observation(
    system: Any, hidden: int, height_observed: bool, observation: jax.Array
) -> jax.Array:
    """The links where the observed coordinates have them, the hidden ones being 0."""
    shown = system.q_size() - hidden
    links = _forward(system, jnp.concatenate([jnp.zeros(hidden), observation[:shown]]))
    if height_observed:
        links = links.at[:, 2].add(observation[0] - links[0, 2])
    return links


def _forward(system: Any, coordinates: jax.Array) -> jax.Array:
    links, _ = kinematics.forward(system, coordinates, jnp.zeros(system.qd_size()))
    return jnp.concatenate([links.pos, links.rot], axis=-1)


class _Seen:
    """Of a state, what Brax's viewer reads."""

    def __init__(self, links: LinkPoses) -> None:
        self.x = Transform(pos=np.asarray(links[:, :3]), rot=np.asarray(links[:, 3:]))


def _page(system: Any, poses: LinkPoses, seconds: float) -> str:
    """Brax's viewer of poses [frames, links, 7]; it fetches its script when it is opened.

    Args:
      system: whose poses they are.
      poses: of its links.
      seconds: from one frame to the next.
    """
    # The viewer takes frames to be a step of the physics apart, many of which make one of ours.
    paced = system.tree_replace({"opt.timestep": seconds})
    with quietly():
        page: str = html.render(paced, [_Seen(links) for links in poses], colab=False)
    return page
