"""Raw inputs as people give them: checked, as float32, one apart from several."""

import operator
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.errors import UsageError
from hadax.distilled.files.observation_statistics import is_shaped
from hadax.tasks.supervised.scaling import reaches_bytes

Answers: TypeAlias = jax.Array | NDArray[Any]
"""A JAX array where the inputs are one, else a NumPy array."""

Inputs: TypeAlias = Any
"""A NumPy or a JAX array, traced or not."""


def arranged_inputs(inputs: ArrayLike, shape: tuple[int, ...]) -> tuple[Inputs, bool]:
    """Inputs as float32 [*shape] or [batch, *shape], and whether it is one.

    Args:
      inputs: one, or several; flattened or without their one channel will do.
      shape: of one.

    Raises:
      UsageError: inputs of another shape, that are no real numbers, or with entries that are
        masked or no finite float32. Nothing is known of the entries of what JAX traces.
    """
    try:
        given = inputs if isinstance(inputs, jax.Array) else np.asarray(inputs)
    except ValueError as error:
        raise UsageError(f"inputs are no array of numbers: {error}") from error
    # NumPy calls bfloat16 no kind of number.
    if given.dtype.kind not in "biuf" and not jnp.issubdtype(given.dtype, jnp.floating):
        raise UsageError(f"inputs of type {given.dtype}, must be real numbers")
    array = _as_float32(given)
    arranged, single = _arranged(array, shape)
    if _is_known(array):
        _require_finite(inputs, np.asarray(given), np.asarray(array))
    return arranged, single


def answers_for(inputs: ArrayLike, answers: jax.Array) -> Answers:
    """Answers [...] as whoever gave the inputs [...] takes them: of NumPy's kind if those are not.

    Where JAX traces the policy its answers have no entries yet, whatever the inputs are.
    """
    as_they_are = isinstance(inputs, jax.Array) or is_traced(answers)
    return answers if as_they_are else np.asarray(answers)


def is_traced(value: object) -> bool:
    """Whether JAX traces a value, of whose entries nothing is known then."""
    return isinstance(value, jax.core.Tracer)


def is_dim(images: Inputs, inputs: ArrayLike) -> bool:
    """Whether images [..., height, width, channels] do not look like brightness 0 to 255.

    Black ones do, and whole numbers above 1; nothing is known of what is traced.

    Args:
      images: as float32.
      inputs: the same as they were given.
    """
    if not _is_known(images):
        return False
    seen = np.asarray(images)
    if not seen.any() or reaches_bytes(seen):
        return False
    whole = np.asarray(inputs).dtype.kind in "iu"
    return not (whole and seen.min() >= 0 and seen.max() > 1)


def _as_float32(given: Answers) -> Answers:
    """Inputs [...] of any kind of number as float32."""
    if given.dtype == np.float32:
        return given
    if isinstance(given, jax.Array):
        return given.astype(np.float32)
    with np.errstate(over="ignore"):
        return given.astype(np.float32)


def _is_known(array: Answers) -> bool:
    """Whether an array's entries are there to be looked at: neither traced nor elsewhere."""
    return not is_traced(array) and (not isinstance(array, jax.Array) or array.is_fully_addressable)


def _require_finite(inputs: ArrayLike, given: NDArray[Any], array: NDArray[Any]) -> None:
    """Refuses entries that a broken sensor gives, for which a network has an answer too.

    Args:
      inputs: what was passed.
      given: the same as an array, which knows no mask.
      array: the same as floats that a network takes.
    """
    rows = inputs if isinstance(inputs, list | tuple) else (inputs,)
    if any(isinstance(row, np.ma.MaskedArray) and np.ma.is_masked(row) for row in rows):
        raise UsageError("inputs have masked entries, must be finite float32 numbers")
    if not np.isfinite(array).all():
        place = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise UsageError(f"inputs{list(place)} is {given[place]}, must be a finite float32 number")


def _arranged(array: Inputs, shape: tuple[int, ...]) -> tuple[Inputs, bool]:
    """Inputs as [*shape] or [batch, *shape], and whether it is one; exact shapes go first.

    Raises:
      UsageError: they have another shape.
    """
    for fits in (operator.eq, is_shaped):
        if fits(array.shape, shape):
            return array.reshape(shape), True
        if array.ndim and fits(array.shape[1:], shape):
            return array.reshape(array.shape[0], *shape), False
    raise UsageError(
        f"inputs of shape {array.shape}, must be one of {shape}"
        f" or several side by side, {('batch', *shape)}".replace("'", "")
    )
