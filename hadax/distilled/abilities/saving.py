"""Results as files."""

import copy
import dataclasses
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from hadax.core.errors import UsageError
from hadax.core.storage.artifact import Artifact, write_artifact
from hadax.core.storage.files import ending_of, expanded, require_folder
from hadax.distilled.files.exports import ENDINGS
from hadax.distilled.files.places import ZOO

_SUFFIX = ".safetensors"

SavedT = TypeVar("SavedT", bound="Saved")


class Saved:
    """Base of what is kept as an artifact: a distilled dataset, an evolved policy."""

    def to_artifact(self) -> Artifact:
        """The file's content.

        Raises:
          NotImplementedError: a subclass says what it is.
        """
        raise NotImplementedError

    def save(self, path: str | Path) -> Path:
        """Writes one self-describing file, atomically, and gives its path.

        Args:
          path: a leading "~" is the home folder.

        Raises:
          UsageError: a folder, the name of an entry of the zoo, or one that ends as another
            format's files do; or its folder is missing or read-only.
          OSError: the file cannot be written: the folder is full, say.
        """
        place = expanded(path)
        if str(path).startswith(ZOO):
            raise UsageError(f"{path}: an entry of the zoo; name a file to write")
        if place.is_dir():
            raise UsageError(f"{place}: a folder; name a file in it, as dataset.safetensors")
        ending = ending_of(place)
        if ending != _SUFFIX and ending in ENDINGS.values():
            raise UsageError(f"{place}: export writes {ending}; save writes {_SUFFIX}")
        require_folder(place)
        write_artifact(place, self.to_artifact())
        return place

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, in words: a task's functions seldom can be, and a file holds all.

        Raises:
          TypeError: always, and says what to do.
        """
        kind = type(self).__name__
        raise TypeError(
            f"{kind} cannot be pickled: save it as a file, and give that or its bytes to hadax.load"
        )

    def __copy__(self: SavedT) -> SavedT:
        """Another object of the same parts: `copy` would ask for what a pickle has."""
        return type(self)(**_parts(self))

    def __deepcopy__(self: SavedT, memo: dict[int, Any]) -> SavedT:
        """Another object of copied parts; `memo` has those that are copied already."""
        parts = _parts(self)
        return type(self)(**{name: copy.deepcopy(parts[name], memo) for name in parts})


def _parts(saved: Any) -> dict[str, Any]:
    """A dataclass's fields by name."""
    return {field.name: getattr(saved, field.name) for field in dataclasses.fields(saved)}
