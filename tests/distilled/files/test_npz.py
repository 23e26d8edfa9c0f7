"""Somebody else's file: arrays, or one line that says what is wrong with it."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hadax.core.errors import UsageError
from hadax.distilled.files.npz import read_npz, read_statistics

PAIRS = {"inputs": np.eye(2, 4), "targets": np.eye(2)}


def test_one_array_is_no_dataset(tmp_path):
    np.save(tmp_path / "data.npy", np.eye(2))
    with pytest.raises(UsageError, match="one array"):
        read_npz(tmp_path / "data.npy")


def whole_file(save):
    content = io.BytesIO()
    save(content, **PAIRS)
    return content.getvalue()


def member(name, content):
    """An .npz in which one member is other bytes."""
    data = io.BytesIO(whole_file(np.savez))
    packed = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != f"{name}.npy":
                new.writestr(info.filename, old.read(info))
        new.writestr(name if b"NUMPY" not in content else f"{name}.npy", content)
    return packed.getvalue()


def header(shape, kind="<f4"):
    content = io.BytesIO()
    described = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(content, described)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"text", "no array"),
        (header((2**40, 4)) + b"1234", "not a whole .npz"),
        (header((2, 4), "<c8") + bytes(64), "complex64, must be numbers"),
        (header((2, 4), "<f8") + np.full(8, 1e300).tobytes(), "not finite"),
        (header((10**6, 4)) + bytes(16 * 10**6), "unpacked, more than a file of"),
        (b"\x93NUMPY\x01\x00", "not a whole .npz"),
    ],
)
def test_hostile_members_are_refused_in_a_line_that_is_true(tmp_path, content, words):
    path = tmp_path / "data.npz"
    path.write_bytes(member("inputs", content))
    with pytest.raises(UsageError) as refused:
        read_npz(path)
    assert words in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_text_is_none_and_nobody_is_told_to_unpickle_it(tmp_path):
    (tmp_path / "data.npz").write_text("x,y,target\n1,2,0\n")
    with pytest.raises(UsageError, match="none at all"):
        read_npz(tmp_path / "data.npz")


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


@pytest.mark.parametrize("read", [read_npz, read_statistics])
def test_files_of_another_kind_are_called_that(tmp_path, read):
    path = tmp_path / "pairs.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(
        UsageError, match=r"\.npz and \.csv files of pairs are read, this is neither"
    ):
        read(path)
