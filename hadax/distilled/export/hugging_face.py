"""A folder that Hugging Face's `datasets.load_dataset` reads, offline too, and its hub shows."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from hadax.core.errors import UsageError
from hadax.core.storage.artifact import is_artifact
from hadax.core.storage.files import ending_of, write_atomically
from hadax.core.types import Document
from hadax.distilled.distilled import Distilled
from hadax.distilled.export.card import card
from hadax.distilled.export.pairs import Pairs
from hadax.distilled.export.tables import as_parquet
from hadax.distilled.files.exports import ENDINGS
from hadax.distilled.upward import DRAW_DATASET, resolved

SETTINGS, PICTURE, ARTIFACT = "settings.json", "dataset.png", "dataset.safetensors"
CARD, _DATA = "README.md", "data/train.parquet"

# What every export's own settings have in them, and its card among the tags on its top.
SETTINGS_MARK = '"preprocessing"'
_CARD_MARK = re.compile(r"---\n(?:(?!---\n).*\n)*?tags: \[.*behaviour-distillation.*hadax")

# A line for each number would be long and hard to read. No text has a line's end in JSON.
_INNERMOST_LIST = re.compile(r"\[\n[^\[\]{}]*\]")


def write_folder(
    folder: Path, distilled: Distilled, pairs: Pairs, description: Document, license: str
) -> None:
    """Writes table, card, settings, picture and the artifact itself into a folder.

    Args:
      folder: made where it is missing.
      distilled: what is exported.
      pairs: its examples.
      description: the settings file's content.
      license: of the data, for the card.

    Raises:
      UsageError: a file stands where the folder should, what no export wrote is in it under a name
        that this one needs, or pyarrow is not installed.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: a file; a Hugging Face dataset is a folder")
    _refuse_other_card(folder / CARD)
    refuse_others(folder / SETTINGS, SETTINGS_MARK)
    if not (folder / CARD).exists():
        # Artifacts and pictures bear no mark of an export; a run's folder has both.
        for name in (ARTIFACT, PICTURE, _DATA):
            refuse_others(folder / name)
    columns = {name.removesuffix("s"): array for name, array in pairs.arrays.items()}
    table = as_parquet(columns)
    (folder / _DATA).parent.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / _DATA, table)
    write_settings(folder / SETTINGS, description)
    distilled.save(folder / ARTIFACT)
    picture = _draw(distilled, folder)
    text = card(pairs, description, license, picture, _DATA)
    write_atomically(folder / CARD, text.encode())


def _refuse_other_card(path: Path) -> None:
    """As `refuse_others`: people write of the method, too, but not what a card has on its top."""
    there = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if not _CARD_MARK.match(there):
        refuse_others(path)


def refuse_others(path: Path, mark: str | None = None) -> None:
    """Refuses to write over a file that no export wrote.

    Args:
      path: where something is to be written.
      mark: what an export's own file has in it; None where no file can be one.

    Raises:
      UsageError: another file is there.
    """
    if not path.exists():
        return
    if mark is None or mark not in path.read_text(encoding="utf-8", errors="replace"):
        raise UsageError(f"{path}: is there already, and no export wrote it; choose another place")


def refuse_another_dataset(path: Path, settings: Path, description: Document) -> None:
    """Refuses to write settings over those of an export that stays beside them.

    Args:
      path: the export that is to be written.
      settings: where its settings go; what is there is an export's.
      description: the settings.

    Raises:
      UsageError: an export of another dataset has the same name but for its ending.
    """
    if not settings.exists() or _same_dataset(settings, description):
        return
    for other in sorted(settings.parent.iterdir()):
        beside = other.stem == settings.stem and ending_of(other) in ENDINGS.values()
        if beside and other.name != path.name and not is_artifact(other):
            expected = "choose another name, or move both away"
            raise UsageError(f"{settings}: tells of another dataset, {other.name}; {expected}")


def _same_dataset(settings: Path, description: Document) -> bool:
    """Whether settings that are there are of the same task, pairs and statistics."""
    try:
        there = json.loads(settings.read_text(encoding="utf-8"))
        parts = [
            (
                each["task"],
                each["pairs"],
                *(each["preprocessing"][name] for name in ("mean", "std")),
            )
            for each in (there, description)
        ]
        # Settings that an earlier hadax wrote have no checksum.
        return parts[0] == parts[1] and there.get("checksum") in (None, description["checksum"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False


def write_settings(path: Path, description: Document) -> None:
    """The settings as JSON for people and programs."""
    text = json.dumps(description, indent=2, ensure_ascii=False)
    text = _INNERMOST_LIST.sub(lambda found: re.sub(r"\n\s*", " ", found[0]), text)
    write_atomically(path, f"{text}\n".encode())


def _draw(distilled: Distilled, folder: Path) -> str:
    """The picture's name; "" where nothing can be drawn here."""
    draw: Callable[..., None] = resolved(DRAW_DATASET)
    title = f"{distilled.header.task.task}: {distilled.score or 'not measured'}"
    try:
        draw(distilled, folder / PICTURE, title)
    except ImportError:
        return ""
    return PICTURE
