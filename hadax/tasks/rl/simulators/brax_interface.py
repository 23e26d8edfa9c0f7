"""Simulators with Brax's interface: a key to a State, a State and an action to the next State."""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import jax
import mujoco

from hadax.core.errors import ConfigError
from hadax.core.specification import NO_LABELS, Continuous, Labels, Pose
from hadax.core.types import Key
from hadax.core.xla.lanes.transform import lanes
from hadax.core.xla.traces import Function, with_cached_trace
from hadax.tasks.rl.environment import Environment
from hadax.tasks.rl.simulators.patches import Patch


def as_environment(
    simulator: Any,
    name: str,
    horizon: int,
    backend: str | None,
    labels: Labels = NO_LABELS,
    pose: Pose = None,
) -> Environment:
    """The simulator behind hadax's adapter.

    Args:
      simulator: gives `reset(key)` and `step(state, action)`; states have `obs`, `reward`, `done`.
      name: the task's name.
      horizon: steps after which an episode ends, at least 1.
      backend: its physics.
      labels: names and units of observations and actions.
      pose: as in Environment.

    Raises:
      ConfigError: observations that are not one array.
    """
    begin = with_cached_trace(silenced(simulator.reset))
    observation = jax.eval_shape(begin, jax.random.key(0)).obs
    if not isinstance(observation, jax.ShapeDtypeStruct):
        space = jax.tree.map(lambda leaf: leaf.shape, observation)
        raise ConfigError("task", name, f"observes {space}, which is not one array")

    def reset(key: Key) -> tuple[Any, jax.Array]:
        state = begin(key)
        return state, state.obs

    return Environment(
        name=name,
        observation_shape=tuple(observation.shape),
        target=Continuous(int(simulator.action_size)),
        horizon=horizon,
        reset=reset,
        step=adapted_step(lanes(silenced(simulator.step))),
        backend=backend,
        labels=labels,
        pose=pose,
    )


def adapted_step(
    advance: Callable[[Any, jax.Array], Any],
) -> Callable[[Key, Any, jax.Array], tuple[Any, jax.Array, jax.Array, jax.Array]]:
    """An Environment's step from a simulator's, which draws nothing.

    Args:
      advance: a State and an action float32 [entries] to the next State.
    """

    def step(
        key: Key, state: Any, action: jax.Array
    ) -> tuple[Any, jax.Array, jax.Array, jax.Array]:
        del key
        following = advance(state, action)
        return following, following.obs, following.reward, following.done > 0

    return step


def silenced(function: Function) -> Function:
    """The function, without what its library warns of while it is traced."""

    @wraps(function)
    def silent(*arguments: Any) -> Any:
        with _WARNINGS.applied():
            return function(*arguments)

    return silent


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Drops what libraries print and warn of; MuJoCo would do so below Python, and into a file.

    Other threads are as quiet as long as the block lasts.
    """
    with _WARNINGS.applied(), _OUTPUT.applied():
        yield


class _Nowhere(io.TextIOBase):
    """A file that keeps nothing, and is never closed: somebody may hold on to it."""

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _without_output() -> Iterator[None]:
    warn = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(lambda message: None)
    try:
        nowhere = _Nowhere()
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            yield
    finally:
        mujoco.set_mju_user_warning(warn)


_WARNINGS = Patch(_without_warnings)
_OUTPUT = Patch(_without_output)
