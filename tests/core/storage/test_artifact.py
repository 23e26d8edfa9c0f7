"""The container: what is written is read back, and anything else gives one clear line."""

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.errors import ArtifactError
from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact

DOCUMENT = {"kind": "dataset", "seed": 3, "score": None, "config": {"task": {"batch": [1, 2]}}}


def artifact(**arrays):
    standard = {
        "inputs": np.arange(6, dtype=np.float32).reshape(2, 3),
        "targets": np.ones((2, 2), np.float32),
    }
    return Artifact(DOCUMENT, {**standard, **arrays})


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("artifact") / "dataset.safetensors"
    write_artifact(path, artifact())
    return path.read_bytes()


def test_reads_what_was_written(tmp_path):
    path = tmp_path / "a.safetensors"
    write_artifact(path, artifact(**{"task_state/mean": np.zeros(3, np.float32)}))
    read = read_artifact(path)
    assert read.document == DOCUMENT
    assert set(read.arrays) == {"inputs", "targets", "task_state/mean"}
    np.testing.assert_array_equal(read.arrays["inputs"], artifact().arrays["inputs"])


def test_same_artifact_same_bytes(tmp_path, content):
    write_artifact(tmp_path / "b", artifact())
    assert (tmp_path / "b").read_bytes() == content


@given(data=st.data())
def test_truncated_files_are_refused(content, tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cut") / "cut"
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    refused(path)


@given(noise=st.binary(max_size=400))
def test_foreign_files_are_refused(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("foreign") / "foreign"
    path.write_bytes(noise)
    refused(path)


@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused_but_never_crashes(
    content, tmp_path_factory, position, value
):
    damaged = bytearray(content)
    damaged[position % len(damaged)] = value
    path = tmp_path_factory.mktemp("damaged") / "damaged"
    path.write_bytes(bytes(damaged))
    try:
        read_artifact(path)
    except ArtifactError as error:
        if not one_line_about(path, error):
            raise


def test_missing_file_and_folder_are_refused(tmp_path):
    refused(tmp_path / "none", "no such file")
    refused(tmp_path, "a folder")


def test_safetensors_of_others_are_refused(tmp_path):
    path = tmp_path / "other"
    safetensors.numpy.save_file({"weights": np.zeros(3)}, path)
    refused(path, "not of hadax")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "7", "[" * 100_000])
def test_broken_json_is_refused(tmp_path, text):
    path = tmp_path / "odd"
    safetensors.numpy.save_file(artifact().arrays, path, {"hadax": text})
    refused(path, "description")


def test_a_byte_that_changed_is_noticed(tmp_path, content):
    length = int.from_bytes(content[:8], "little")
    path = tmp_path / "flipped"
    for position in range(8 + length, len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 1
        path.write_bytes(bytes(damaged))
        refused(path)
    seed = content.index(b'\\"seed\\": 3')
    path.write_bytes(content[:seed] + content[seed:].replace(b": 3", b": 4", 1))
    refused(path, "damaged: its checksum")


def test_a_file_without_a_checksum_is_an_earlier_release_s(tmp_path):
    path = tmp_path / "earlier"
    safetensors.numpy.save_file(artifact().arrays, path, {"hadax": json.dumps(DOCUMENT)})
    assert read_artifact(path).document == DOCUMENT


def test_complex_numbers_are_refused(tmp_path):
    path = tmp_path / "complex"
    arrays = {"inputs": np.ones((2, 3), np.complex64)}
    safetensors.numpy.save_file(arrays, path, {"hadax": "{}"})
    refused(path, "complex64" if b"C64" in path.read_bytes() else "")


@pytest.mark.parametrize(
    "text", ['{"a": ' * 900 + "1" + "}" * 900, '{"checksum": "", "b": "\\ud800"}']
)
def test_odd_json_is_refused_or_read(tmp_path, text):
    path = tmp_path / "odd"
    safetensors.numpy.save_file(artifact().arrays, path, {"hadax": text})
    try:
        read_artifact(path)
    except ArtifactError as error:
        if not one_line_about(path, error):
            raise


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(tmp_path, value):
    write_artifact(tmp_path / "odd", artifact(inputs=np.full((2, 3), value, np.float32)))
    refused(tmp_path / "odd", "inputs has values that are not finite")


def refused(path, word=""):
    with pytest.raises(ArtifactError) as caught:
        read_artifact(path)
    assert one_line_about(path, caught.value)
    assert word in str(caught.value)


def one_line_about(path, error):
    return str(error).startswith(str(path)) and "\n" not in str(error)


def test_what_may_not_be_read_is_not_said_to_be_missing(tmp_path, monkeypatch):
    path = tmp_path / "a.safetensors"
    write_artifact(path, artifact())

    def denied(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ArtifactError, match=r"a\.safetensors: Permission denied$"):
        read_artifact(path)
