"""Fetching, checking and storing through tensorflow-datasets, from a host of the test's own."""

import dataclasses
import gzip
import os
import shutil

import numpy as np
import pytest

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.tasks.supervised.sources import named, preparation
from hadax.tasks.supervised.sources.images import DataError
from hadax.tasks.supervised.sources.remote import REMOTE


def expected(small_arrays, prefix):
    images = small_arrays[f"{prefix}-images-idx3-ubyte.gz"][..., None]
    return images, small_arrays[f"{prefix}-labels-idx1-ubyte.gz"]


def assert_split(found, wanted):
    for one, other in zip(found, wanted, strict=True):
        assert np.array_equal(one, other)
        assert one.dtype == np.uint8


def test_fetches_once_and_then_reads_what_is_prepared(
    small_source, small_arrays, served, cache, capfd
):
    assert_split(preparation.load(small_source, "train"), expected(small_arrays, "train"))
    assert any(cache.rglob("*.array_record*"))
    shutil.rmtree(served[0])
    assert_split(preparation.load(small_source, "test"), expected(small_arrays, "t10k"))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("inside", ["", "small"])
@pytest.mark.parametrize("compressed", [True, False])
def test_takes_files_that_are_there(
    small_source, small_arrays, idx, tmp_path, cache, inside, compressed
):
    folder = tmp_path / "mine" / inside
    folder.mkdir(parents=True)
    for name, array in small_arrays.items():
        # Compressed anew, so that only the content is that of the published files.
        content = gzip.compress(idx(array), compresslevel=1) if compressed else idx(array)
        (folder / (name if compressed else name.removesuffix(".gz"))).write_bytes(content)
    unreachable = [
        dataclasses.replace(file, base_url="http://127.0.0.1:9/") for file in small_source.files
    ]
    source = dataclasses.replace(small_source, files=tuple(unreachable))
    found = preparation.load(source, "train", tmp_path / "mine")
    assert_split(found, expected(small_arrays, "train"))


def test_a_file_that_changed_on_the_way_is_refused(small_source, served, cache):
    path = served[0] / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="small: fetched, but not as published") as caught:
        preparation.load(small_source, "train")
    assert "folder as data_dir" in str(caught.value)
    assert "\n" not in str(caught.value)
    # A walk, since the fetching of the other file may still be clearing up behind itself.
    left = [name for _, folders, names in os.walk(cache) for name in (*folders, *names)]
    assert not [name for name in left if ".array_record" in name]


def test_a_host_out_of_reach_is_said_at_once(small_source, served, cache):
    (served[0] / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match=r"cannot reach http.*t10k-labels.* as data_dir"):
        preparation.load(small_source, "train")
    gone = tuple(
        dataclasses.replace(file, base_url="http://127.0.0.1:9/") for file in small_source.files
    )
    with pytest.raises(DataError, match=r"cannot reach http://127.0.0.1:9/"):
        preparation.load(dataclasses.replace(small_source, files=gone), "train")


def test_two_that_start_at_once_share_what_the_first_prepares(
    small_source, small_arrays, served, cache, monkeypatch
):
    """The second finds the first's result where it wanted to put its own."""
    prepare, busy = preparation._prepare, []

    def beaten(source, builder, fetch):
        if not busy:
            busy.append(True)
            preparation.load(source, "train", served[0])
        prepare(source, builder, fetch)

    monkeypatch.setattr(preparation, "_prepare", beaten)
    found = preparation.load(small_source, "test", served[0])
    assert_split(found, expected(small_arrays, "t10k"))


@pytest.mark.parametrize("part", ["array_record", "dataset_info.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_damaged_preparations_are_said_to_be(part, damage, small_source, served, cache):
    preparation.load(small_source, "train", served[0])
    for path in cache.rglob(f"*{part}*"):
        if damage == "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            path.unlink()
    with pytest.raises(DataError, match="damaged; delete this folder") as caught:
        preparation.load(small_source, "train", served[0])
    assert str(cache) in str(caught.value)


def test_a_cache_that_cannot_be_written_is_named(small_source, served, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HADAX_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(DataError, match=r"HADAX_CACHE_DIR=.*Not a directory"):
        preparation.load(small_source, "train", served[0])


def test_a_folder_that_cannot_be_looked_into_is_refused(small_source, tmp_path, cache):
    with pytest.raises(ConfigError, match="File name too long"):
        preparation.load(small_source, "train", tmp_path / ("x" * 300))


def test_an_environment_variable_is_named_as_such(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("HADAX_DATA_DIR", str(tmp_path))
    named._load.cache_clear()
    with pytest.raises(DataError, match=r"HADAX_DATA_DIR=.*has no train-images"):
        tasks.make("supervised/mnist")


def test_a_folder_without_the_files_is_refused(small_source, tmp_path, cache):
    with pytest.raises(ConfigError, match="has no train-images-idx3") as caught:
        preparation.load(small_source, "train", tmp_path)
    assert caught.value.name == "data_dir"


def test_local_files_with_another_content_are_refused(small_source, served, idx, cache):
    path = served[0] / "train-labels-idx1-ubyte.gz"
    path.write_bytes(gzip.compress(idx(np.zeros(30, np.uint8))))
    with pytest.raises(DataError, match=r"train-labels.*it is not the published file"):
        preparation.load(small_source, "train", served[0])


def test_files_compared_as_a_whole_are_hashed(small_source, served, cache):
    files = tuple(
        dataclasses.replace(file, content_sha256="", sha256="0" * 64) for file in small_source.files
    )
    with pytest.raises(DataError, match="must be 000000000000"):
        preparation.load(dataclasses.replace(small_source, files=files), "train", served[0])


def test_checksums_are_those_that_tensorflow_datasets_records():
    from tensorflow_datasets.core.download import checksums

    recorded = checksums.get_all_url_infos()
    for source in REMOTE.values():
        for file in source.files:
            known = recorded[file.url]
            assert (file.size, file.sha256, file.name) == (
                known.size,
                known.checksum,
                known.filename,
            )
