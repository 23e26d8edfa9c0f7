"""A dataset as a table of comma-separated values: what `hadax-export` writes, or a spreadsheet."""

import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hadax.core.errors import UsageError, reason
from hadax.core.storage.files import ending_of
from hadax.distilled.files.npz import (
    DATA,
    STATISTICS,
    Arrays,
    as_numbers,
    checksum_of_pairs,
    read_npz,
    read_statistics,
    require_file,
    require_pairs,
    statistics_told,
)


def read_pairs(path: Path) -> Arrays:
    """The inputs, targets and normaliser statistics of an .npz, or of a .csv.

    Raises:
      UsageError: as `read_npz`, or `read_csv`.
    """
    return read_csv(path) if ending_of(path) == ".csv" else read_npz(path)


def read_moments(path: Path) -> Arrays:
    """The `obs_mean` and `obs_var` of an .npz, or those beside a .csv that was exported.

    Raises:
      UsageError: as `read_pairs`, or the file has none.
    """
    if ending_of(path) != ".csv":
        return read_statistics(path)
    arrays, settings = read_csv(path), path.with_suffix(".json").name
    if not arrays.keys() >= set(STATISTICS):
        expected = f"hadax-export writes them into {settings} beside it; or name an .npz"
        raise UsageError(f"{path}: comes without statistics of observations; {expected}")
    return {name: arrays[name] for name in STATISTICS}


def read_csv(path: Path) -> Arrays:
    """The pairs in a table, and the statistics of observations in the .json beside an export.

    Args:
      path: a row a pair, columns `input_0`, `input_1`, ... and `target_0`, ..., or `target` alone
        of class numbers. Others are passed over.

    Raises:
      UsageError: no such file, no table, columns that are missing, entries that are no finite
        numbers, or a .json of other pairs beside it; one line that names the file.
    """
    require_file(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            names, *rows = list(csv.reader(file, strict=True)) or [[]]
        if any(len(row) != len(names) for row in rows):
            raise UsageError(f"{path}: rows of other lengths than its first, which names columns")
        table = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        arrays = {name: _columns(path, table, name.removesuffix("s")) for name in DATA}
    except UsageError:
        raise
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{path}: no table of pairs ({reason(error)})") from error
    checksum, moments = _beside(path.with_suffix(".json"))
    found = {**arrays, **moments}
    numbers = {name: as_numbers(path, name, each) for name, each in found.items()}
    require_pairs(path, numbers)
    if checksum not in (None, checksum_of_pairs(*(numbers[name] for name in DATA))):
        beside = path.with_suffix(".json").name
        raise UsageError(
            f"{path}: {beside} beside it tells of other pairs; move {beside} away if it is another"
            " dataset's, or take the checksum out of it if you changed the pairs"
        )
    return numbers


def _columns(path: Path, table: dict[str, list[str]], name: str) -> NDArray[np.float64]:
    """The numbered columns of a name side by side, [size, columns]; [size] of one without."""
    if name in table:
        return _numbers(path, name, table[name])
    numbered = [f"{name}_{place}" for place in range(len(table)) if f"{name}_{place}" in table]
    if not numbered or f"{name}_{len(numbered) - 1}" not in table:
        raise UsageError(f"{path}: has no columns {name}_0, {name}_1, ... without a gap")
    return np.array([_numbers(path, each, table[each]) for each in numbered]).T


def _numbers(path: Path, name: str, entries: list[str]) -> NDArray[np.float64]:
    """A column's entries [size]; rows are counted as a spreadsheet does, the first names columns.

    Raises:
      UsageError: an entry that is no number; says where it is.
    """
    found = np.empty(len(entries))
    for place, entry in enumerate(entries):
        try:
            found[place] = float(entry)
        except ValueError as error:
            where = f"row {place + 2}, column {name}"
            raise UsageError(f"{path}: {where}: {entry!r} is no number") from error
    return found


def _beside(settings: Path) -> tuple[str | None, Arrays]:
    """What an export says of its pairs, and of the observations that they are normalised from.

    The pairs' checksum, None where none is known, and the statistics by name.
    """
    try:
        document = json.loads(settings.read_text(encoding="utf-8"))
        # What overflows is not finite, which is refused with the table.
        with np.errstate(over="ignore"):
            moments = statistics_told(document)
            return document.get("checksum"), moments
    except FileNotFoundError:
        return None, {}
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        expected = "move it away, if it is not the export's"
        raise UsageError(f"{settings}: no settings of the table beside it; {expected}") from error
