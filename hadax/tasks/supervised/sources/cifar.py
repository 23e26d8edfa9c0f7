"""The CIFAR-10 archive in its binary version (Krizhevsky, 2009).

Each batch is a file of records: a byte for the label, then 1,024 bytes a colour channel, row by
row (https://www.cs.toronto.edu/~kriz/cifar.html).
"""

import tarfile
from pathlib import Path

import numpy as np

from hadax.core.errors import reason
from hadax.tasks.supervised.sources.images import DataError, Images

_FOLDER = "cifar-10-batches-bin"
_BATCHES = {
    "train": tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("test_batch.bin",),
}
_SIDE, _CHANNELS = 32, 3
_RECORD = 1 + _CHANNELS * _SIDE * _SIDE

# Twice a batch: an archive of nothing but zeros unpacks to a thousand times its size.
_MOST_BYTES = 20_000 * _RECORD


def read_cifar(path: Path) -> dict[str, Images]:
    """Both splits of an archive.

    Raises:
      DataError: no such file, no whole archive, or a batch that is missing or no whole number of
        records; one line that names the file.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    try:
        with tarfile.open(path, "r:gz") as archive:
            batches = {
                split: b"".join(_batch(path, archive, name) for name in names)
                for split, names in _BATCHES.items()
            }
    except DataError:
        raise
    except Exception as error:
        # Whatever tarfile and the libraries below it raise for an archive that is none.
        why = reason(error)
        raise DataError(f"{path}: not a whole .tar.gz archive ({why}); fetch it again") from error
    return {split: _images(content) for split, content in batches.items()}


def _batch(path: Path, archive: tarfile.TarFile, name: str) -> bytes:
    member = f"{_FOLDER}/{name}"
    try:
        file = archive.extractfile(member)
    except KeyError as error:
        raise DataError(f"{path}: has no {member}; is it the binary version?") from error
    content = b"" if file is None else file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DataError(f"{path}: {member} holds more than {_MOST_BYTES} bytes; is it a bomb?")
    if not content or len(content) % _RECORD:
        raise DataError(
            f"{path}: {member} holds {len(content)} bytes, must be records of {_RECORD}"
        )
    return content


def _images(content: bytes) -> Images:
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    planes = records[:, 1:].reshape(-1, _CHANNELS, _SIDE, _SIDE)
    return Images(pixels=np.moveaxis(planes, 1, -1), labels=records[:, 0])
