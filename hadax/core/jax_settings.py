"""JAX's own settings that hadax's numbers rest on, whatever the environment or a notebook chose.

Somebody's JAX_ENABLE_X64=1 would make other numbers of the same seed, or errors of them. What
people call computes under the settings below, and leaves theirs as they were.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar

import jax

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

USUAL: dict[str, object] = {
    "jax_enable_x64": False,
    "jax_numpy_rank_promotion": "allow",
    "jax_numpy_dtype_promotion": "standard",
    "jax_default_prng_impl": "threefry2x32",
    "jax_threefry_partitionable": True,
    # A candidate that fails is ranked last; its NaN is nobody's mistake.
    "jax_debug_nans": False,
    "jax_debug_infs": False,
}
"""Each setting with the value that it has while hadax computes."""

_CONTEXTS: dict[str, Any] = {
    "jax_enable_x64": jax.enable_x64,
    "jax_numpy_rank_promotion": jax.numpy_rank_promotion,
    "jax_numpy_dtype_promotion": jax.numpy_dtype_promotion,
    "jax_default_prng_impl": jax.default_prng_impl,
    "jax_threefry_partitionable": jax.threefry_partitionable,
    "jax_debug_nans": jax.debug_nans,
    "jax_debug_infs": jax.debug_infs,
}

_NOW, _WANTED = attrgetter(*USUAL), tuple(USUAL.values())


def unusual() -> tuple[str, ...]:
    """The names of the settings that are another way now."""
    now = _NOW(jax.config)
    if now == _WANTED:
        return ()
    return tuple(name for name, value in zip(USUAL, now, strict=True) if value != USUAL[name])


@contextmanager
def usual_settings() -> Iterator[None]:
    """Within this context every setting has its usual value, in this thread."""
    with ExitStack() as stack:
        for name in unusual():
            stack.enter_context(_CONTEXTS[name](USUAL[name]))
        yield


def in_usual_settings(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """A function that computes in `usual_settings`."""

    @wraps(function)
    def computed(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        if not unusual():
            return function(*args, **kwargs)
        with usual_settings():
            return function(*args, **kwargs)

    return computed
