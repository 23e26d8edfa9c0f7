"""An export as named arrays: NumPy's .npz, and safetensors for PyTorch."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy

from hadax.core.errors import UsageError
from hadax.core.storage.artifact import is_artifact
from hadax.core.storage.files import write_atomically
from hadax.core.types import Document
from hadax.distilled.export.pairs import Pairs
from hadax.distilled.files.npz import statistics_told


def write_npz(path: Path, pairs: Pairs, description: Document) -> None:
    """All arrays; with the statistics of observations, so that `hadax-import` takes the file."""
    write_arrays(path, {**pairs.arrays, **statistics_told(description)})


def write_gymnasium(path: Path, pairs: Pairs, description: Document) -> None:
    """Observations and actions in the spaces of the environment, and no more.

    Raises:
      UsageError: the task has no environment.
    """
    environment = description["environment"]
    if environment is None:
        raise UsageError(f"{description['task']} is no environment; use npz, or another format")
    write_arrays(path, {"observations": pairs.raw, "actions": pairs.answers})


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Named `arrays` [...] as an .npz, the same ones always as the same bytes."""
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_atomically(path, content.getvalue())


def write_torch(path: Path, pairs: Pairs, description: Document) -> None:
    """Tensors for PyTorch, channels before height and width; with `mean` and `std` to match.

    Raises:
      UsageError: an artifact of hadax's stands there, which would be lost.
    """
    if is_artifact(path):
        raise UsageError(f"{path}: an artifact of hadax's; choose another name for the export")
    named = {name: np.asarray(description["preprocessing"][name]) for name in ("mean", "std")}
    shape = pairs.inputs.shape[1:]
    for name, array in named.items():
        named[name] = np.broadcast_to(array, shape).astype(np.float32)[None]
    arrays = {name: _channels_first(array) for name, array in {**pairs.arrays, **named}.items()}
    write_atomically(path, safetensors.numpy.save(arrays))


def _channels_first(array: np.ndarray) -> np.ndarray:
    """Images [count, height, width, channels] with their channels first, else the array."""
    return np.ascontiguousarray(np.moveaxis(array, -1, 1) if array.ndim == 4 else array)
