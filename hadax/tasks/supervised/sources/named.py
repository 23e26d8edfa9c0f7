"""Sources by name: the digits that a package brings, and sets whose files are fetched."""

import os
from dataclasses import dataclass, field
from functools import cache

from hadax.core.errors import ConfigError
from hadax.core.storage.files import expanded
from hadax.tasks.supervised.sources import digits
from hadax.tasks.supervised.sources.images import DataError, Images
from hadax.tasks.supervised.sources.remote import REMOTE


@dataclass(frozen=True)
class NamedSource:
    """A source that hadax knows; see hadax.tasks.supervised.sources.images.ImageSource.

    Attributes:
      name: "digits", or a name in hadax.tasks.supervised.sources.remote.REMOTE.
      data_dir: folder that holds the source's files; $HADAX_DATA_DIR by default, and without
        either they are fetched. Two sources that differ in it alone are equal: where files lie
        changes nothing that is compiled.
    """

    name: str
    data_dir: str | None = field(default=None, compare=False)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        return digits.INPUT_SHAPE if self.name == "digits" else REMOTE[self.name].input_shape

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes are called."""
        return digits.CLASS_NAMES if self.name == "digits" else REMOTE[self.name].class_names

    def load(self, split: str) -> Images:
        """The images of a split; read once in a process.

        Raises:
          ConfigError: the folder lacks the files.
          DataError: files that cannot be had or are not what they should be, or a package that
            reads them is not installed.
        """
        try:
            return _load(self.name, split, self.data_dir)
        except ImportError as error:
            missing = f"{self.name} needs a package that is not installed ({error})"
            raise DataError(f"{missing}; pip install 'hadax[supervised]'") from error


@cache
def _load(name: str, split: str, data_dir: str | None) -> Images:
    if name == "digits":
        return digits.load(split)
    from hadax.tasks.supervised.sources import preparation

    folder = data_dir or os.environ.get("HADAX_DATA_DIR")
    try:
        return preparation.load(REMOTE[name], split, expanded(folder) if folder else None)
    except ConfigError as error:
        if data_dir is not None:
            raise
        raise DataError(f"HADAX_DATA_DIR={folder}: {error.expected}") from error
