"""What a run leaves behind, as one self-describing file.

The container is safetensors (https://github.com/huggingface/safetensors): named arrays after a JSON
header, nothing that could be executed. Everything but the arrays lies as JSON text under the key
"hadax" of the header's metadata; what it means is known to `hadax.distilled.files.header`. A
checksum of text and arrays lies in the text, so that a byte that a disk or a copy changed is
noticed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from hadax.core.errors import ArtifactError, UnreadableError, reason
from hadax.core.storage.files import write_atomically
from hadax.core.types import Document

_KEY = "hadax"
_CHECKSUM = "checksum"


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
    arrays = {name: np.asarray(array, order="C") for name, array in artifact.arrays.items()}
    document = {**artifact.document, _CHECKSUM: _checksum(artifact.document, arrays)}
    metadata = {_KEY: json.dumps(document, sort_keys=True)}
    write_atomically(path, safetensors.numpy.save(arrays, metadata))


def is_artifact(path: Path) -> bool:
    """Whether a file is a whole artifact."""
    try:
        read_artifact(path)
    except ArtifactError:
        return False
    return True


def read_artifact(path: Path, finite: bool = True) -> Artifact:
    """Reads a file that `write_artifact` wrote.

    Args:
      path: the file.
      finite: whether its arrays must hold finite numbers, as a result's do.

    Raises:
      UnreadableError: no such file, or storage does not give it; one line that names the file.
      ArtifactError: not safetensors, cut short or changed, not of hadax, or values that are no
        finite numbers; likewise.
    """
    try:
        if path.is_dir():
            raise UnreadableError(f"{path}: a folder; name the .safetensors file in it")
        if not path.is_file():
            raise UnreadableError(f"{path}: no such file")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or reason(error)}") from error
    return parsed_artifact(str(path), content, finite)


def parsed_artifact(name: str, content: bytes, finite: bool = True) -> Artifact:
    """Reads the bytes of a file that `write_artifact` wrote.

    Args:
      name: what errors call them.
      content: all of the file.
      finite: as for `read_artifact`.

    Raises:
      ArtifactError: as `read_artifact`; one line that begins with the name.
    """
    metadata, arrays = _opened(name, content)
    if _KEY not in metadata:
        raise ArtifactError(
            f"{name}: a safetensors file, but not of hadax: its header has no '{_KEY}'"
        )
    for part, array in arrays.items():
        if array.dtype.kind not in "fiub":
            raise ArtifactError(f"{name}: {part} is of type {array.dtype}, must be numbers")
        if finite and not np.all(np.isfinite(array)):
            raise ArtifactError(f"{name}: {part} has values that are not finite")
    document = _document(name, metadata[_KEY])
    _verify(name, document, arrays)
    return Artifact({entry: document[entry] for entry in document if entry != _CHECKSUM}, arrays)


def _opened(name: str, content: bytes) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """The metadata and the arrays in the bytes of a safetensors file."""
    try:
        arrays = safetensors.numpy.load(content)
        # The library reads metadata of files alone; they lie in the header, after its length.
        length = int.from_bytes(content[:8], "little")
        return json.loads(content[8 : 8 + length]).get("__metadata__") or {}, arrays
    except MemoryError:
        raise
    except Exception as error:
        # Whatever the library raises for a file that is none: it has not promised what that is.
        raise ArtifactError(f"{name}: not a whole safetensors file ({reason(error)})") from error


def _document(name: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{name}: its description cannot be read ({error})") from error
    if not isinstance(document, dict):
        raise ArtifactError(f"{name}: its description cannot be read (no object)")
    return document


def _verify(name: str, document: Document, arrays: Mapping[str, np.ndarray]) -> None:
    """Refuses content that is not what was written; files of earlier releases have no checksum."""
    if _CHECKSUM not in document:
        return
    try:
        found = _checksum(document, arrays)
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{name}: its description cannot be read ({error})") from error
    if document[_CHECKSUM] != found:
        raise ArtifactError(f"{name}: damaged: its checksum is not that of its content")


def _checksum(document: Document, arrays: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of the document without its checksum, and of every array with name, type, shape."""
    described = {name: document[name] for name in document if name != _CHECKSUM}
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name!r} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
