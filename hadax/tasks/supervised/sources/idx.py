"""IDX files, the format of MNIST and its relatives, compressed or not.

The layout (LeCun, Cortes & Burges, "The MNIST database"): two zero bytes, a byte for the type (8
is uint8), a byte for the number of axes, each axis's length as a big-endian 32-bit integer, then
the entries.
"""

import gzip
import hashlib
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from hadax.core.storage.files import most_unpacked
from hadax.tasks.supervised.sources.images import Bytes, DataError

_UINT8 = 8
_GZIP = b"\x1f\x8b"


def read_idx(path: Path, axes: int, content_sha256: str | None = None) -> Bytes:
    """The array in a file.

    Args:
      path: the file, gzip-compressed or plain.
      axes: how many axes the array must have: 3 for images, 1 for labels.
      content_sha256: what the uncompressed content must hash to; None accepts any.

    Returns:
      uint8 of the lengths in the file's header: [count, height, width] for images, say.

    Raises:
      DataError: no such file, damaged compression, wrong magic number, cut short or too long, or
        another content; one line that names the file.
    """
    content = _content(path)
    magic = bytes((0, 0, _UINT8, axes))
    if content[:4] != magic:
        raise DataError(
            f"{path}: starts with 0x{content[:4].hex()}, but an IDX file of uint8 with {axes}"
            f" axes starts with 0x{magic.hex()}; is it another file under this name?"
        )
    header = 4 + 4 * axes
    lengths = struct.unpack(f">{axes}I", content[4:header]) if len(content) >= header else ()
    promised = header + math.prod(lengths) if lengths else header
    if len(content) != promised:
        raise DataError(
            f"{path}: holds {len(content)} bytes, but its header promises {promised};"
            " fetch it again"
        )
    found = hashlib.sha256(content).hexdigest()
    if content_sha256 not in (None, found):
        raise DataError(
            f"{path}: its content has sha256 {found[:12]}..., must be {content_sha256[:12]}...;"
            " it is not the published file, fetch it again"
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(lengths)


def _content(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return _unpacked(path, raw) if raw[:2] == _GZIP else raw
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error


def _unpacked(path: Path, raw: bytes) -> bytes:
    """The content of a gzip file, refused before it fills the memory where that is all it does."""
    most = most_unpacked(len(raw))
    with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise DataError(f"{path}: more than {most} bytes unpacked; no images pack so well")
    return content
