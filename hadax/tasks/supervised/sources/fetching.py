"""A published set's files: found in a folder, or known to be within reach, and the right ones."""

import hashlib
from pathlib import Path

import requests

from hadax.core.errors import ConfigError
from hadax.tasks.supervised.sources.images import DataError
from hadax.tasks.supervised.sources.published import RemoteFile, Source

# Seconds after which a host counts as out of reach; tensorflow-datasets itself would try for
# minutes.
_TIMEOUT = 5.0


def local_paths(source: Source, data_dir: Path) -> dict[str, Path]:
    """The source's files in a folder, by name; .gz files may also lie there uncompressed.

    Args:
      source: gives the names.
      data_dir: holds the files, or a folder of the source's name that does.

    Raises:
      ConfigError: a file is missing, or the folder cannot be looked into.
    """
    try:
        for folder in (data_dir / source.name, data_dir):
            found = {file.name: _local_path(folder, file) for file in source.files}
            missing = [name for name, path in found.items() if not path.is_file()]
            if not missing:
                return found
    except OSError as error:
        raise ConfigError("data_dir", data_dir, str(error.strerror)) from error
    expected = f"has no {missing[0]}, neither in it nor in its folder {source.name}"
    raise ConfigError("data_dir", data_dir, expected)


def _local_path(folder: Path, file: RemoteFile) -> Path:
    compressed, plain = folder / file.name, folder / file.name.removesuffix(".gz")
    return plain if plain.is_file() and not compressed.is_file() else compressed


def require_reachable(source: Source) -> None:
    """Refuses, within seconds, a source whose files cannot be fetched.

    Raises:
      DataError: a host does not answer, or has no such file.
    """
    for file in source.files:
        try:
            requests.head(file.url, timeout=_TIMEOUT, allow_redirects=True).raise_for_status()
        except requests.RequestException as error:
            names = " and ".join(each.name for each in source.files)
            raise DataError(
                f"{source.name}: cannot reach {file.url} ({type(error).__name__});"
                f" fetch {names} elsewhere and give their folder as data_dir"
            ) from error


def check_whole_files(source: Source, paths: dict[str, Path]) -> None:
    """Refuses a file that is compared as a whole and is not the published one.

    Args:
      source: gives the checksums.
      paths: its files by name.

    Raises:
      DataError: names the file and both checksums.
    """
    for file in source.files:
        if file.content_sha256:
            continue
        with paths[file.name].open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        if found != file.sha256:
            raise DataError(
                f"{paths[file.name]}: has sha256 {found[:12]}..., must be {file.sha256[:12]}...;"
                " it is not the published file, fetch it again"
            )
