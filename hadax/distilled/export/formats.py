"""The formats of an export by name, and exporting to one of them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from hadax.core.errors import UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.storage.files import expanded, require_folder
from hadax.core.types import Document
from hadax.distilled.distilled import Distilled
from hadax.distilled.export import arrays, tables
from hadax.distilled.export.description import description_of
from hadax.distilled.export.hugging_face import (
    SETTINGS_MARK,
    refuse_another_dataset,
    refuse_others,
    write_folder,
    write_settings,
)
from hadax.distilled.export.pairs import Pairs, pairs_of
from hadax.distilled.files.exports import HUGGING_FACE, format_of
from hadax.distilled.files.header import Header
from hadax.distilled.upward import COMMAND, resolved

Write: TypeAlias = Callable[[Path, Pairs, Document], None]
"""Writes pairs [size, ...] and what is known of them into a file."""

FORMATS: dict[str, Write] = {
    "npz": arrays.write_npz,
    "csv": lambda path, pairs, _: tables.write_csv(path, pairs),
    "parquet": lambda path, pairs, _: tables.write_parquet(path, pairs),
    "torch": arrays.write_torch,
    "gymnasium": arrays.write_gymnasium,
}
"""Formats of one file, and what writes it."""


@in_usual_settings
def export(distilled: Distilled, place: str | Path, to: str, license: str) -> Path:
    """Writes a dataset in another format, the settings as JSON beside it; gives the path.

    Args:
      distilled: what is exported.
      place: a file, or a folder for "huggingface".
      to: as `format_of` takes it.
      license: of the data, by Hugging Face's name for it; cards have it.

    Raises:
      ConfigError: an unknown format, or a file whose name ends otherwise than the format's.
      UsageError: the format cannot hold the dataset, needs a package that is not installed, would
        take the place of somebody else's file, or has no folder to be written in.
      OSError: the file cannot be written.
    """
    chosen = format_of(place, to)
    if distilled.header.kind != "dataset":
        hint = "export the datasets that it was made of, one by one"
        raise UsageError(f"{distilled.header.kind_in_words} is not exported; {hint}")
    path = expanded(place)
    # A Hugging Face dataset is a folder of its own, made with those above it.
    if chosen != HUGGING_FACE:
        require_folder(path)
    pairs = pairs_of(distilled)
    find: Callable[[Header], str] = resolved(COMMAND)
    description = description_of(distilled, pairs, find(distilled.header))
    if chosen == HUGGING_FACE:
        write_folder(path, distilled, pairs, description, license)
        return path
    settings = path.with_suffix(".json")
    refuse_others(settings, SETTINGS_MARK)
    refuse_another_dataset(path, settings, description)
    FORMATS[chosen](path, pairs, description)
    write_settings(settings, description)
    return path
