"""What a distilled dataset is to other tools: files in their formats."""

from collections.abc import Callable
from pathlib import Path

from hadax.distilled.abilities.misplaced import tells_misplaced
from hadax.distilled.upward import EXPORT, resolved


class Exportable:
    """Base of what other tools can be given."""

    @tells_misplaced
    def export(self, path: str | Path, to: str = "auto", license: str = "apache-2.0") -> Path:
        """Writes the examples in another format, with the settings of training as JSON.

        Inputs are written with preprocessing applied and before it, and what it is is stated.

        Args:
          path: a file, its settings beside it as `.json`; a folder for "huggingface".
          to: "npz", "csv", "parquet", "torch" (safetensors), "gymnasium" or "huggingface"; "auto"
            is one of the first four, by how the file's name ends.
          license: of the data, by Hugging Face's name for it, for a dataset's card.

        Returns:
          The path.

        Raises:
          ConfigError: an unknown format, or a file whose name ends otherwise than the format's.
          UsageError: the format cannot hold the dataset, or needs a package that is not installed;
            or there is no folder to write the file in.
          OSError: the file cannot be written.
        """
        write: Callable[..., Path] = resolved(EXPORT)
        return write(self, path, to, license)
