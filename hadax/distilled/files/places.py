"""Where an artifact's file is: where its path says, or among those that come with hadax."""

from collections.abc import Callable
from pathlib import Path

from hadax.core.errors import ArtifactError, UsageError
from hadax.core.storage.files import expanded
from hadax.distilled.upward import ZOO_NAMES, ZOO_PATH, resolved

ZOO = "zoo:"
"""Begins the name of an entry of the zoo where a path could stand."""


RESULTS: tuple[str, ...] = ("dataset.safetensors", "policy.safetensors")
"""What a search leaves in its run's folder: one of these."""

_MOST_NAMED = 3


def require_there(place: str | Path) -> None:
    """Refuses a path where nothing is, or a name that the zoo does not have, at once.

    Raises:
      ArtifactError: there is no such file.
      UsageError: the zoo has no such entry; near matches are listed.
    """
    if not file_at(place).exists():
        raise ArtifactError(f"{place}: no such file")


def file_at(place: str | Path) -> Path:
    """The file that is meant.

    Args:
      place: a path, its leading "~" the home folder, or "zoo:" and an entry's name. Of a run's
        folder its result is meant.

    Raises:
      UsageError: the zoo has no such entry; near matches are listed. Or nothing is named.
      ArtifactError: no such file, but an entry of that name; an address in a network; or a folder
        without a result.
    """
    name = str(place)
    if not name:
        raise UsageError(f"an empty path; name a .safetensors file, or {ZOO} and an entry")
    if not name.startswith(ZOO):
        path = expanded(place)
        if not path.exists():
            _refuse_mistaken(name)
        return _result_in(path) if path.is_dir() else path
    find: Callable[[str], Path] = resolved(ZOO_PATH)
    return find(name.removeprefix(ZOO))


def _result_in(folder: Path) -> Path:
    """The result in a run's folder.

    Raises:
      ArtifactError: there is none; names runs below, as a sweep's folder has them.
    """
    for each in RESULTS:
        if (folder / each).is_file():
            return folder / each
    patterns = [f"{depth}/{each}" for depth in ("*", "*/*") for each in RESULTS]
    below = sorted({found.parent for pattern in patterns for found in folder.glob(pattern)})
    if not below:
        lacks = f"no {' or '.join(RESULTS)} in it"
        raise ArtifactError(f"{folder}: a folder; name the .safetensors file: {lacks}")
    listed = ", ".join(map(str, below[:_MOST_NAMED]))
    more = f" and {len(below) - _MOST_NAMED} more" if len(below) > _MOST_NAMED else ""
    raise ArtifactError(f"{folder}: a folder of runs; name one: {listed}{more}")


def _refuse_mistaken(name: str) -> None:
    """Refuses what is no file's path, but an entry of the zoo or an address."""
    names: Callable[[], tuple[str, ...]] = resolved(ZOO_NAMES)
    if name in names():
        raise ArtifactError(f"{name}: no such file; did you mean {ZOO}{name}?")
    if "://" in name:
        raise ArtifactError(f"{name}: an address, not a path; fetch the file and name that")
