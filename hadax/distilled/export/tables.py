"""An export as a table: one row a pair, one column a number, called alike for every task."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hadax.core.errors import UsageError
from hadax.core.storage.files import write_atomically
from hadax.distilled.export.pairs import Pairs

Columns = Mapping[str, Any]
"""Arrays by their columns' names, [size] or, where they are nested, [size, ...]."""


def columns_of(pairs: Pairs) -> Columns:
    """Flat columns, [size] each: input_0, ..., target_0, ..., observation_0, ..., action, say."""
    columns: dict[str, Any] = {}
    for name, array in pairs.arrays.items():
        singular = name.removesuffix("s")
        if array.ndim == 1:
            columns[singular] = array
            continue
        flat = array.reshape(len(array), -1)
        columns |= {f"{singular}_{index}": flat[:, index] for index in range(flat.shape[1])}
    return columns


def write_csv(path: Path, pairs: Pairs) -> None:
    """A text table; numbers have as many digits as bring them back exactly."""
    columns = columns_of(pairs)
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(array.astype(str) for array in columns.values()), strict=True))
    write_atomically(path, content.getvalue().encode())


def write_parquet(path: Path, pairs: Pairs) -> None:
    """The same table for pandas, Polars, DuckDB or Spark."""
    write_atomically(path, as_parquet(columns_of(pairs)))


def as_parquet(columns: Columns) -> bytes:
    """A Parquet file with these columns; those of more than one axis as lists, nested as deep.

    Raises:
      UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow; pip install 'hadax[export]'") from error
    made = {name: pyarrow.array(*_listed(array)) for name, array in columns.items()}
    content = io.BytesIO()
    parquet.write_table(pyarrow.table(made), content)
    return content.getvalue()


def _listed(array: Any) -> tuple[Any, Any]:
    """An array as pyarrow takes it, and its type."""
    import pyarrow

    kind = pyarrow.from_numpy_dtype(array.dtype)
    for _ in range(array.ndim - 1):
        kind = pyarrow.list_(kind)
    return (array if array.ndim == 1 else np.asarray(array).tolist()), kind
