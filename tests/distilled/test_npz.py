"""Somebody else's file: arrays, or one line that says what is wrong with it."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadax.core.errors import UsageError
from hadax.distilled.npz import read_npz

PAIRS = {"inputs": np.eye(2, 4), "targets": np.eye(2)}


def test_one_array_is_no_dataset(tmp_path):
    np.save(tmp_path / "data.npy", np.eye(2))
    with pytest.raises(UsageError, match="one array"):
        read_npz(tmp_path / "data.npy")


def whole_file(save):
    content = io.BytesIO()
    save(content, **PAIRS)
    return content.getvalue()


STORED, COMPRESSED = whole_file(np.savez), whole_file(np.savez_compressed)


def damaged(whole):
    places = st.integers(0, len(whole) - 1)
    cut = places.map(lambda place: whole[:place])
    return cut | st.tuples(places, st.integers(0, 255)).map(
        lambda change: whole[: change[0]] + bytes([change[1]]) + whole[change[0] + 1 :]
    )


@settings(max_examples=300)
@given(content=st.binary(max_size=40) | damaged(STORED) | damaged(COMPRESSED))
def test_damaged_files_give_arrays_or_one_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("npz") / "data.npz"
    path.write_bytes(content)
    try:
        found = read_npz(path).keys()
    except UsageError as error:
        found, message = {"inputs", "targets"}, str(error)
        located, lines = str(path) in message, message.count("\n")
    else:
        located, lines = True, 0
    assert found >= {"inputs", "targets"}
    assert located
    assert lines == 0
