"""Results as files."""

from pathlib import Path

from hadax.core.artifact import Artifact, write_artifact
from hadax.core.errors import UsageError
from hadax.core.files import expanded
from hadax.distilled.places import ZOO


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
          UsageError: a folder, or the name of an entry of the zoo.
          OSError: the folder is missing, read-only or full.
        """
        place = expanded(path)
        if str(path).startswith(ZOO):
            raise UsageError(f"{path}: an entry of the zoo; name a file to write")
        if place.is_dir():
            raise UsageError(f"{place}: a folder; name a file in it, as dataset.safetensors")
        write_artifact(place, self.to_artifact())
        return place
