"""Results as files."""

from pathlib import Path

from hadax.core.artifact import Artifact, write_artifact
from hadax.core.files import expanded


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
          OSError: the folder is missing, read-only or full.
        """
        place = expanded(path)
        write_artifact(place, self.to_artifact())
        return place
