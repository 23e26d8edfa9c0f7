"""The artifact: what is written is read back, and anything else gives one clear line."""

import dataclasses
import json

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from hadax.core.artifact import (
    Artifact,
    Description,
    Score,
    read_artifact,
    write_artifact,
)
from hadax.core.errors import ArtifactError

DESCRIPTION = Description(
    kind="dataset",
    task="analytic/linear_regression",
    task_options={"batch": 16},
    learner={"width": 8},
    init_key=(1, 2),
    seed=3,
    search={"std": 0.5},
    versions={"hadax": "0"},
    score=Score(1.5, 0.25, 32, 8),
)


def artifact(**arrays):
    standard = {
        "inputs": np.arange(6, dtype=np.float32).reshape(2, 3),
        "targets": np.ones((2, 2), np.float32),
    }
    return Artifact(DESCRIPTION, {**standard, **arrays})


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("artifact") / "dataset.safetensors"
    write_artifact(path, artifact())
    return path.read_bytes()


def test_reads_what_was_written(tmp_path):
    path = tmp_path / "a.safetensors"
    write_artifact(path, artifact(**{"task_state/mean": np.zeros(3, np.float32)}))
    read = read_artifact(path)
    assert read.description == DESCRIPTION
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


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"format": 99}, "format 99"),
        ({"kind": "images"}, "kind images"),
        ({"seed": "three"}, "seed"),
        ({"learner": []}, "learner"),
        ({"score": {"mean": 1.0}}, "description"),
        ({"init_key": None}, "description"),
        ({"surprise": 1}, "surprise"),
        ({"policy_init": "banana"}, "policy_init banana"),
        ({"policy_init": "fixed", "init_key": []}, "init_key"),
        ({"score": {"mean": "1", "std": 0.0, "networks": 1, "episodes": 1}}, "mean"),
    ],
)
def test_contradictory_descriptions_are_refused(tmp_path, change, word):
    document = {"format": 1, **dataclasses.asdict(DESCRIPTION), **change}
    path = tmp_path / "odd"
    metadata = {"hadax": json.dumps(document)}
    safetensors.numpy.save_file(artifact().arrays, path, metadata)
    refused(path, word)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": 1}', "7"])
def test_broken_json_is_refused(tmp_path, text):
    path = tmp_path / "odd"
    safetensors.numpy.save_file(artifact().arrays, path, {"hadax": text})
    refused(path, "description")


@pytest.mark.parametrize(
    ("arrays", "word"),
    [
        ({"targets": np.ones((3, 2), np.float32)}, "are no pairs"),
        ({"targets": np.ones(2, np.float32)}, "are no pairs"),
        (
            {"inputs": np.zeros((0, 3), np.float32), "targets": np.zeros((0, 2), np.float32)},
            "no pairs",
        ),
        ({"inputs": np.full((2, 3), np.nan, np.float32)}, "not finite"),
    ],
)
def test_inconsistent_arrays_are_refused(tmp_path, arrays, word):
    write_artifact(tmp_path / "odd", artifact(**arrays))
    refused(tmp_path / "odd", word)


def test_a_dataset_without_targets_is_refused(tmp_path):
    whole = artifact()
    write_artifact(
        tmp_path / "odd", Artifact(whole.description, {"inputs": whole.arrays["inputs"]})
    )
    refused(tmp_path / "odd", "lacks")


def refused(path, word=""):
    with pytest.raises(ArtifactError) as caught:
        read_artifact(path)
    assert one_line_about(path, caught.value)
    assert word in str(caught.value)


def one_line_about(path, error):
    return str(error).startswith(str(path)) and "\n" not in str(error)
