"""Brax's forces of a fluid, which it computes with names that jax.numpy has dropped."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import brax.fluid
import jax
import jax.numpy as jnp

from hadax.core.types import Key
from hadax.tasks.rl.simulators.patches import Patch
from hadax.tasks.rl.simulators.wrapped_brax import WrappedBrax


class _Numpy(ModuleType):
    """jax.numpy, whose `clip` takes its bounds by their former names too."""

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    @staticmethod
    def clip(*arguments: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> jax.Array:
        """jnp.clip; `a_min` and `a_max` are its `min` and `max`."""
        if a_min is not None:
            bounds["min"] = a_min
        if a_max is not None:
            bounds["max"] = a_max
        return jnp.clip(*arguments, **bounds)


@contextlib.contextmanager
def _former_names() -> Iterator[None]:
    original, brax.fluid.jp = brax.fluid.jp, _Numpy("jax.numpy")
    try:
        yield
    finally:
        brax.fluid.jp = original


FORMER_NAMES = Patch(_former_names)
"""Harmless to other threads: whatever works without it gives the same with it."""


@dataclass(frozen=True)
class InFluid(WrappedBrax):
    """An environment of Brax whose bodies move in a fluid: without this its step would fail."""

    def reset(self, key: Key) -> Any:
        """The first state."""
        with FORMER_NAMES.applied():
            return self.current.reset(key)

    def step(self, state: Any, action: jax.Array) -> Any:
        """The next state, after an action float32 [action_size]."""
        with FORMER_NAMES.applied():
            return self.current.step(state, action)
