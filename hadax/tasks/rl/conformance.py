"""Whether an environment does what it declares, found out without running it."""

import dataclasses
import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from hadax.core.carried import change_of
from hadax.core.errors import ConfigError, require
from hadax.core.settings.views import is_frozen
from hadax.core.specification import Discrete, TargetSpec
from hadax.core.storage.trees import described
from hadax.tasks.rl.environment import Environment, Reset, Step
from hadax.tasks.rl.spaces import StepInSpace

_ARGUMENTS = {"reset": ("key",), "step": ("key", "state", "action")}

# What code in Python meets that looks at a traced array's values.
_NEEDS_VALUES = (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError)


def check_environment(environment: Environment) -> None:
    """Compares what reset and step give, abstractly, with what the environment declares.

    Costs one trace of each, and nothing for an environment that was checked before.

    Raises:
      ConfigError: of "task": other arguments than `key` and `key, state, action`, other results
        than (state, observation) and (state, observation, reward, ended), an observation that is
        not one array of numbers of the declared shape, a reward or an end that is no scalar, a
        state that is another one after a step, or a function of an object that may change.
    """
    for what, function in (("reset", environment.reset), ("step", environment.step)):
        _require_constant(environment.name, what, function)
    _check(
        environment.name,
        tuple(environment.observation_shape),
        environment.target,
        environment.reset,
        environment.step,
    )


@lru_cache(maxsize=256)
def _check(name: str, shape: tuple[int, ...], target: TargetSpec, reset: Reset, step: Step) -> None:
    key = jax.eval_shape(jax.random.key, 0)
    state, observation = _evaluated(name, ("state", "observation"), "reset", reset, key)
    _require_array(name, "observation of reset", observation, shape)
    action = (
        jax.ShapeDtypeStruct((), jnp.int32)
        if isinstance(target, Discrete)
        else jax.ShapeDtypeStruct((target.size,), jnp.float32)
    )
    parts = ("state", "observation", "reward", "ended")
    results = _evaluated(name, parts, "step", step, key, state, action)
    following, *told = results
    for part, found, wanted in zip(parts[1:], told, (shape, (), ()), strict=True):
        _require_array(name, f"{part} of step", found, wanted)
    changed = change_of(state, following, "after reset", "after a step", promotes=True)
    require(not changed, "task", name, f"its {changed}")


def _require_constant(name: str, what: str, function: Callable[..., Any]) -> None:
    """Refuses a dataclass that may change behind a function: what is compiled would not see it."""
    own = inspect.unwrap(function.step if isinstance(function, StepInSpace) else function)
    owner = getattr(own, "__self__", own)
    if dataclasses.is_dataclass(owner) and not isinstance(owner, type):
        found = f"its {what} is of a {type(owner).__name__}, a dataclass that may change"
        require(is_frozen(owner), "task", name, f"{found}: make it @dataclass(frozen=True)")
    try:
        hash(function)
    except TypeError as error:
        raise ConfigError("task", name, f"its {what} must be hashable ({error})") from error


def _evaluated(
    name: str, parts: tuple[str, ...], what: str, function: Callable[..., Any], *arguments: Any
) -> Any:
    """What a function gives, abstractly: as many parts as it should."""
    try:
        found = jax.eval_shape(function, *arguments)
    except _NEEDS_VALUES as error:
        error.add_note(f"{name}: its {what} is compiled: {_advice(error)}")
        raise
    except TypeError as error:
        _require_takes(name, what, function, error, *arguments)
        raise
    right = isinstance(found, tuple | list) and len(found) == len(parts)
    count = f"{len(found)} values" if isinstance(found, tuple | list) else described(found)
    require(right, "task", name, f"its {what} gives {count}, must give ({', '.join(parts)})")
    return found


def _advice(error: Exception) -> str:
    """What to do where a function looks at values that it does not have while it is compiled."""
    if isinstance(error, jax.errors.TracerBoolConversionError):
        return "choose with jax.numpy.where, not with if"
    return "no float(), int() or NumPy of its arguments; use jax.numpy and jax.random"


def _require_takes(
    name: str, what: str, function: Callable[..., Any], error: TypeError, *arguments: Any
) -> None:
    """Says so where an error came of a function that takes other arguments than it is given."""
    own = function.step if isinstance(function, StepInSpace) else function
    try:
        takes = inspect.signature(own)
    except (ValueError, TypeError):
        return
    try:
        takes.bind(*arguments)
    except TypeError as refusal:
        wanted = f"{what}({', '.join(_ARGUMENTS[what])})"
        said = f"its {what} cannot be called as {wanted}: {refusal}"
        raise ConfigError("task", name, said) from error


def _require_array(name: str, what: str, found: Any, shape: tuple[int, ...]) -> None:
    right = (
        isinstance(found, jax.ShapeDtypeStruct)
        and found.shape == shape
        and (
            jnp.issubdtype(found.dtype, jnp.bool_)
            or jnp.isdtype(found.dtype, "real floating")
            or jnp.isdtype(found.dtype, "integral")
        )
    )
    wanted = f"one array of numbers of shape {shape}" if shape else "a single number"
    expected = f"the {what} is {described(found)}, must be {wanted}"
    require(right, "task", name, expected)
