"""Somebody else's dataset: NumPy's .npz, as data only."""

import zipfile
import zlib
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import UsageError

Arrays: TypeAlias = dict[str, NDArray[np.float32]]

DATA, STATISTICS = ("inputs", "targets"), ("obs_mean", "obs_var")
"""What a file must hold, and what it may hold besides; all else in it is left alone."""

# What NumPy and the zip and compression libraries below it raise for a file that is none.
_DAMAGED = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    TypeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_npz(path: Path) -> Arrays:
    """The inputs, targets and normaliser statistics of a file, nothing unpickled.

    Args:
      path: an .npz file with `inputs` [size, ...] and `targets` [size] or [size, ...], and perhaps
        `obs_mean` and `obs_var` [...].

    Raises:
      UsageError: no such file, no .npz, cut short, or arrays that are missing, no numbers, not
        finite, or no pairs; one line that names the file.
    """
    arrays = _read(path)
    _require(path, arrays, DATA)
    inputs, targets = (arrays[name] for name in DATA)
    if inputs.ndim < 2 or targets.ndim < 1 or len(inputs) != len(targets) or not len(inputs):
        raise UsageError(f"{path}: inputs {inputs.shape} and targets {targets.shape} are no pairs")
    if arrays.keys() & set(STATISTICS):
        _check_statistics(path, arrays)
    return arrays


def read_statistics(path: Path) -> Arrays:
    """The `obs_mean` and `obs_var` of a file; raises as `read_npz`."""
    arrays = _read(path)
    _check_statistics(path, arrays)
    return arrays


def _read(path: Path) -> Arrays:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise UsageError(f"{path}: one array, but an .npz of named arrays is needed")
        with loaded as file:
            names = [name for name in (*DATA, *STATISTICS) if name in file.files]
            return {name: _as_numbers(path, name, file[name]) for name in names}
    except _DAMAGED as error:
        if isinstance(error, UsageError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"{path}: not a whole .npz file of plain arrays ({reason})") from error


def _as_numbers(path: Path, name: str, array: NDArray[np.generic]) -> NDArray[np.float32]:
    if array.dtype.kind not in "fiub":
        raise UsageError(f"{path}: {name} is of type {array.dtype}, must be numbers")
    numbers = np.asarray(array, np.float32)
    if not np.all(np.isfinite(numbers)):
        raise UsageError(f"{path}: {name} has values that are not finite")
    return numbers


def _require(path: Path, arrays: Arrays, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in arrays:
            raise UsageError(f"{path}: has no array named {name}")


def _check_statistics(path: Path, arrays: Arrays) -> None:
    _require(path, arrays, STATISTICS)
    if np.any(arrays["obs_var"] < 0):
        raise UsageError(f"{path}: obs_var must not be negative")
