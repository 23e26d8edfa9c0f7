"""What a dataset can be exported to, by name; imports little, so that refusals are quick."""

from pathlib import Path

from hadax.core.errors import require, require_choice
from hadax.core.storage.files import ending_of, expanded

HUGGING_FACE = "huggingface"
"""A folder; all others are one file."""

AUTO = "auto"
"""By how the file's name ends."""

ENDINGS: dict[str, str] = {
    "npz": ".npz",
    "csv": ".csv",
    "parquet": ".parquet",
    "torch": ".safetensors",
    "gymnasium": ".npz",
}
"""How the names of each format's files end."""

NAMES: tuple[str, ...] = (*ENDINGS, HUGGING_FACE)
"""All of them."""


def format_of(place: str | Path, to: str) -> str:
    """One of NAMES, for a file's or folder's place.

    Args:
      place: where it is to be written.
      to: one of NAMES, or "auto": npz, csv, parquet or torch, by the ending.

    Raises:
      ConfigError: an unknown format, or a file whose name ends otherwise than the format's.
    """
    require_choice("to", to, (AUTO, *NAMES))
    ending = ending_of(expanded(place))
    if to == AUTO:
        found = [name for name, usual in ENDINGS.items() if usual == ending]
        known = ", ".join(dict.fromkeys(ENDINGS.values()))
        require(bool(found), "out", place, f"must end in one of {known}, or say to={HUGGING_FACE}")
        return found[0]
    usual = ENDINGS.get(to, ending)
    require(ending == usual, "out", place, f"a file of {to} ends in {usual}")
    return to
