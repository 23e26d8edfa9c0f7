"""What a run leaves behind, as one self-describing file.

The container is safetensors (https://github.com/huggingface/safetensors): named arrays after a
JSON header, nothing that could be executed. Everything but the arrays lies as JSON text under the
key "hadax" of the header's metadata; what it means is known to `hadax.distilled.header`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

from hadax.core.errors import ArtifactError
from hadax.core.files import write_atomically
from hadax.core.types import Document

_KEY = "hadax"


@dataclass(frozen=True)
class Artifact:
    """A JSON document and its arrays.

    Attributes:
      document: what the arrays are.
      arrays: by name: "inputs" [size, *input_shape] and "targets" [size, target_size] of a
        dataset, "weights/..." of a policy, and "task_state/..." of either, in any shape.
    """

    document: Document
    arrays: Mapping[str, np.ndarray]


def write_artifact(path: Path, artifact: Artifact) -> None:
    """Writes the file atomically; the same artifact gives the same bytes."""
    metadata = {_KEY: json.dumps(artifact.document, sort_keys=True)}
    arrays = {name: np.asarray(array, order="C") for name, array in artifact.arrays.items()}
    write_atomically(path, safetensors.numpy.save(arrays, metadata))


def read_artifact(path: Path) -> Artifact:
    """Reads a file that `write_artifact` wrote.

    Raises:
      ArtifactError: no such file, not safetensors, cut short, not of hadax, or values that are not
        finite; one line that names the file.
    """
    if path.is_dir():
        raise ArtifactError(f"{path}: a folder; name the .safetensors file in it")
    if not path.is_file():
        raise ArtifactError(f"{path}: no such file")
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (safetensors.SafetensorError, OSError, ValueError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ArtifactError(f"{path}: not a whole safetensors file ({reason})") from error
    if _KEY not in metadata:
        raise ArtifactError(
            f"{path}: a safetensors file, but not of hadax: its header has no '{_KEY}'"
        )
    for name, array in arrays.items():
        if not np.all(np.isfinite(array)):
            raise ArtifactError(f"{path}: {name} has values that are not finite")
    return Artifact(_document(path, metadata[_KEY]), arrays)


def _document(path: Path, text: str) -> Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{path}: its description cannot be read ({error})") from error
    if not isinstance(document, dict):
        raise ArtifactError(f"{path}: its description cannot be read (no object)")
    return document
