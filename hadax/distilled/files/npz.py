"""Somebody else's dataset: NumPy's .npz, as data only."""

import hashlib
import zipfile
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hadax.core.errors import UsageError, reason
from hadax.core.storage.files import ending_of, most_unpacked
from hadax.core.types import Document

ENDINGS = (".npz", ".csv")
"""How the names of files of pairs end."""

Arrays: TypeAlias = dict[str, NDArray[np.float32]]

DATA, STATISTICS = ("inputs", "targets"), ("obs_mean", "obs_var")
"""What a file must hold, and what it may hold besides; all else in it is left alone."""


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
    require_pairs(path, arrays)
    return arrays


def require_pairs(path: Path, arrays: Arrays) -> None:
    """Refuses arrays that are no pairs.

    Args:
      path: names the file.
      arrays: should have `inputs` [size, ...] and `targets` [size] or [size, ...].

    Raises:
      UsageError: missing ones, shapes that do not match, or statistics that cannot be.
    """
    _require(path, arrays, DATA)
    inputs, targets = (arrays[name] for name in DATA)
    if inputs.ndim < 2 or targets.ndim < 1 or len(inputs) != len(targets) or not len(inputs):
        raise UsageError(f"{path}: inputs {inputs.shape} and targets {targets.shape} are no pairs")
    if arrays.keys() & set(STATISTICS):
        _check_statistics(path, arrays)


def checksum_of_pairs(inputs: ArrayLike, targets: ArrayLike) -> str:
    """SHA-256 of inputs and targets, [size, ...] each; the same for those that are flattened."""
    digest = hashlib.sha256()
    for array in (inputs, targets):
        rows = np.asarray(array, "<f4")
        flat = np.ascontiguousarray(rows.reshape(len(rows), -1))
        digest.update(f"{flat.shape}\n".encode() + flat.tobytes())
    return digest.hexdigest()


def read_statistics(path: Path) -> Arrays:
    """The `obs_mean` and `obs_var` of a file; raises as `read_npz`."""
    arrays = _read(path)
    _check_statistics(path, arrays)
    return arrays


def statistics_told(description: Document) -> Arrays:
    """The `obs_mean` and `obs_var` that an export's settings tell of; none without a normaliser."""
    preprocessing = description["preprocessing"]
    if description["environment"] is None or preprocessing["normalizer"] == "none":
        return {}
    mean, std = (np.asarray(preprocessing[name], np.float32) for name in ("mean", "std"))
    return dict(zip(STATISTICS, (mean, np.square(std)), strict=True))


def require_file(path: Path) -> None:
    """Refuses what is no file of pairs by its place.

    Raises:
      UsageError: no such file, or a folder; names an artifact in it, where there is one.
    """
    if path.is_dir():
        found = min((each.name for each in path.glob("*.safetensors")), default=None)
        hint = f"; its {found} is an artifact already, taken as it is" if found else ""
        raise UsageError(f"{path}: a folder; name an .npz or .csv file{hint}")
    if not path.is_file():
        raise UsageError(f"{path}: no such file")


def _read(path: Path) -> Arrays:
    require_file(path)
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise UsageError(f"{path}: one array, but an .npz of named arrays is needed")
        with loaded as file:
            _refuse_bombs(path)
            names = [name for name in (*DATA, *STATISTICS) if name in file.files]
            return {name: as_numbers(path, name, file[name]) for name in names}
    except UsageError:
        raise
    except Exception as error:
        # Whatever NumPy and the zip and compression libraries below it raise for a file that is
        # none. Memory is short only of a size that the file claims: all of it is read already.
        why = "a size that it claims" if isinstance(error, MemoryError) else reason(error)
        # NumPy would advise to unpickle it.
        if not zipfile.is_zipfile(path):
            _refuse_other_kind(path)
            why = "it is none at all; .npz and .csv are read"
        raise UsageError(f"{path}: not a whole .npz file of plain arrays ({why})") from error


def _refuse_other_kind(path: Path) -> None:
    """Refuses what is not even called a file of pairs."""
    if ending_of(path) not in ENDINGS:
        kinds = " and ".join(ENDINGS)
        raise UsageError(f"{path}: {kinds} files of pairs are read, this is neither")


def _refuse_bombs(path: Path) -> None:
    """Refuses what unpacks to far more than the file: it would fill the memory before it fails."""
    size = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        if member.file_size > most_unpacked(size):
            what = f"{member.filename} is {member.file_size:,} bytes unpacked"
            raise UsageError(f"{path}: {what}, more than a file of {size:,} bytes may bring")


def as_numbers(path: Path, name: str, array: object) -> NDArray[np.float32]:
    """The array [...] of a file as float32.

    Args:
      path: names the file.
      name: the array's, for messages.
      array: what was read.

    Raises:
      UsageError: no array of finite numbers.
    """
    if not isinstance(array, np.ndarray):
        raise UsageError(f"{path}: {name} is no array, but another file that was packed with it")
    if array.dtype.kind not in "fiub":
        raise UsageError(f"{path}: {name} is of type {array.dtype}, must be numbers")
    with np.errstate(over="ignore"):
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
