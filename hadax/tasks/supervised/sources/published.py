"""What is said of a published set of images, so that its files can be fetched, checked and read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hadax.tasks.supervised.sources.images import Images


@dataclass(frozen=True)
class RemoteFile:
    """One published file.

    Attributes:
      name: its name on disk.
      base_url: where it is published, up to its name.
      size: in bytes.
      sha256: of the file as published.
      content_sha256: of what it holds uncompressed; "" where only whole files are compared.
    """

    name: str
    base_url: str
    size: int
    sha256: str
    content_sha256: str = ""

    @property
    def url(self) -> str:
        """Its whole address."""
        return self.base_url + self.name


@dataclass(frozen=True)
class Source:
    """One set of labelled images.

    Attributes:
      name: as in the task's name.
      input_shape: height, width, channels.
      class_names: what the labels mean, in their order.
      files: what it is read from.
      read: both splits from the files, given their paths by name.
    """

    name: str
    input_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    read: Callable[["Source", dict[str, Path]], dict[str, Images]]

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)
