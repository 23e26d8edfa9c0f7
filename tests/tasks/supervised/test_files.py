"""IDX files and CIFAR archives: what is read, and what is refused in one line."""

import gzip
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hadax.tasks.supervised.sources.cifar import read_cifar
from hadax.tasks.supervised.sources.idx import read_idx
from hadax.tasks.supervised.sources.images import DataError, Images, check_pairs

SHAPES = arrays.array_shapes(min_dims=1, max_dims=3, max_side=6)


@given(array=arrays.arrays(np.uint8, SHAPES), compressed=st.booleans())
def test_reads_what_was_written(tmp_path_factory, idx, array, compressed):
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx(array)) if compressed else idx(array))
    found = read_idx(path, array.ndim, hashlib.sha256(idx(array)).hexdigest())
    assert np.array_equal(found, array)


@given(
    array=arrays.arrays(np.uint8, SHAPES),
    compressed=st.booleans(),
    flipped=st.booleans(),
    data=st.data(),
)
def test_damaged_files_are_never_taken_for_whole_ones(
    tmp_path_factory, idx, array, compressed, flipped, data
):
    content = gzip.compress(idx(array), mtime=0) if compressed else idx(array)
    place = data.draw(st.integers(0, len(content) - 1))
    damaged = content[:place]
    if flipped:
        damaged += bytes([content[place] ^ 0x5A]) + content[place + 1 :]
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(damaged)
    wanted = hashlib.sha256(idx(array)).hexdigest()
    reason = _refusal(lambda: np.array_equal(read_idx(path, array.ndim, wanted), array))
    # A flipped byte of gzip's own header may leave the content whole.
    assert (reason == "" and compressed and flipped) or str(path) in reason
    assert "\n" not in reason


def _refusal(read):
    """Why reading was refused; "" where it gave the true content all the same."""
    try:
        return "" if read() else "wrong content"
    except DataError as error:
        return str(error)


ZEROS, ONES = np.zeros((2, 2, 2), np.uint8), np.ones((2, 2, 2), np.uint8)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda idx: idx(ZEROS[0, 0]), "starts with 0x00000801, but an IDX file"),
        (lambda idx: idx(ZEROS)[:-1], "holds 23 bytes, but its header promises 24"),
        (lambda idx: idx(ZEROS) + b"x", "holds 25 bytes"),
        (lambda idx: idx(ZEROS)[:9], "holds 9 bytes"),
        (lambda idx: gzip.compress(idx(ZEROS))[:-9], "not a whole gzip file"),
        (lambda idx: idx(ONES), "it is not the published file"),
        (lambda idx: b"", "starts with 0x, but"),
    ],
)
def test_says_what_is_wrong(tmp_path, idx, damage, words):
    path = tmp_path / "images"
    path.write_bytes(damage(idx))
    with pytest.raises(DataError, match=words) as caught:
        read_idx(path, 3, hashlib.sha256(idx(ZEROS)).hexdigest())
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    for read in (lambda path: read_idx(path, 3), read_cifar):
        with pytest.raises(DataError, match="none: no such file"):
            read(tmp_path / "none")


BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")


def records(count, seed=0):
    found = np.random.default_rng(seed).integers(0, 256, (count, 3073), dtype=np.uint8)
    found[:, 0] = np.arange(count) % 10
    return found


def test_reads_an_archive_of_colour_planes(tmp_path, cifar_archive):
    path = tmp_path / "cifar.tar.gz"
    written = {name: records(4, seed) for seed, name in enumerate(BATCHES)}
    cifar_archive(path, written)
    splits = read_cifar(path)
    assert {name: images.pixels.shape for name, images in splits.items()} == {
        "train": (20, 32, 32, 3),
        "test": (4, 32, 32, 3),
    }
    fifth = written["data_batch_2.bin"][0]
    assert splits["train"].labels[4] == fifth[0]
    for channel in range(3):
        plane = fifth[1 + 1024 * channel :][:1024].reshape(32, 32)
        assert np.array_equal(splits["train"].pixels[4, :, :, channel], plane)


def test_archives_that_are_none_are_refused(tmp_path, cifar_archive):
    path = tmp_path / "cifar.tar.gz"
    whole = {name: records(2) for name in BATCHES}
    cifar_archive(path, {name: whole[name] for name in BATCHES[:-1]})
    with pytest.raises(DataError, match=r"has no cifar-10-batches-bin/test_batch\.bin"):
        read_cifar(path)
    cifar_archive(path, {**whole, "data_batch_3.bin": records(2).ravel()[:-1]})
    with pytest.raises(DataError, match=r"data_batch_3\.bin holds 6145 bytes"):
        read_cifar(path)
    cifar_archive(path, whole)
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], b"no archive", b""):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"not a whole \.tar\.gz archive"):
            read_cifar(path)


@pytest.mark.parametrize(
    ("pixels", "labels", "words"),
    [
        (np.zeros((2, 4, 4, 1)), np.zeros(3), "must be as many of each"),
        (np.zeros((2, 4, 5, 1)), np.zeros(2), "images of"),
        (np.zeros((0, 4, 4, 1)), np.zeros(0), "must be as many"),
        (np.zeros((2, 4, 4, 1)), np.array([0, 3]), "has label 3, must be classes 0 to 2"),
    ],
)
def test_images_and_labels_must_belong_together(pixels, labels, words):
    images = Images(pixels.astype(np.uint8), labels.astype(np.uint8))
    with pytest.raises(DataError, match=words):
        check_pairs("it", images, (4, 4, 1), 3)
