"""What an artifact says of itself: written, read back, and refused in a line where it is odd."""

import dataclasses
import json

import numpy as np
import pytest
import safetensors.numpy

from hadax.core.errors import ArtifactError
from hadax.core.settings.config import DistillationConfig
from hadax.core.settings.views import replaced
from hadax.core.storage.artifact import Artifact, write_artifact
from hadax.distilled.files.header import FORMAT, Header, parse, read
from hadax.distilled.score import Score
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig

HEADER = Header(
    kind="dataset",
    task=TaskConfig("analytic/linear_regression", {"batch": 16, "sizes": (1, 2)}),
    learner=replaced(
        LearnerConfig("mine/ridge", {"penalty": 0.5, "layers": (3, 4)}),
        {"width": 8, "filters": (4, 5), "inner_lr": 0.1},
    ),
    distillation=DistillationConfig(dataset_size=2, policy_init="fixed", inits_per_candidate=3),
    seed=3,
    further={"verb": "distill", "strategy": {"std": 0.5}, "pace": {"generations": 7}},
    init_key=(1, 2),
    versions={"hadax": "0"},
    score=Score(1.5, 0.25, 32, 8),
)

ARRAYS = {
    "inputs": np.arange(6, dtype=np.float32).reshape(2, 3),
    "targets": np.ones((2, 2), np.float32),
}


def written(path, document, arrays=ARRAYS):
    """A file with any JSON value as its document."""
    safetensors.numpy.save_file(arrays, path, {"hadax": json.dumps(document)})
    return path


def refused(path, word=""):
    with pytest.raises(ArtifactError) as caught:
        read(path)
    said = str(caught.value)
    assert said.startswith(str(path))
    assert said.isprintable()
    assert len(said) < 1000
    assert word in said


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        Header("policy", TaskConfig(), LearnerConfig()),
        dataclasses.replace(HEADER, score=None, distillation=DistillationConfig(), init_key=()),
    ],
    ids=["dataset", "policy", "not measured"],
)
def test_reads_what_was_written(tmp_path, header):
    path = tmp_path / "a.safetensors"
    write_artifact(path, Artifact(header.to_document(), ARRAYS))
    found, artifact = read(path)
    assert found == header
    assert found.to_document() == header.to_document()
    np.testing.assert_array_equal(artifact.arrays["inputs"], ARRAYS["inputs"])


def test_a_missing_setting_has_its_default():
    """So an artifact outlives settings that are added later."""
    document = HEADER.to_document()
    config = {**document["config"], "learner": {"network": {"width": 8}}}
    learner = parse({**document, "config": config}).learner
    assert learner == replaced(LearnerConfig(), {"width": 8})


SCORE = {"mean": 1.0, "std": 0.0, "networks": 1, "episodes": 0, "metric": "fitness"}
CHANGES = [
    ({"format": 99}, "format 99"),
    ({"kind": "images"}, "kind images"),
    ({"score": {"mean": 1.0}}, "description"),
    ({"score": {"mean": "1", "std": 0.0, "networks": 1, "episodes": 1}}, "mean"),
    ({"init_key": None}, "description"),
    ({"init_key": []}, "init_key"),
    ({"versions": []}, "versions"),
    ({"surprise": 1}, "surprise"),
    ({"config": []}, "description"),
    ({"config": {}}, "task"),
    ({"init_key": [1, 2**32]}, "init_key has 4294967296"),
    ({"init_key": [1, 2.0]}, "init_key"),
    ({"init_key": [-1, 2]}, "init_key has -1"),
    ({"score": {**SCORE, "mean": 1e999}}, "must be finite"),
    ({"score": {**SCORE, "std": 10**400}}, "description"),
    ({"score": {**SCORE, "networks": 0}}, "networks of the score=0"),
    ({"score": {**SCORE, "episodes": -1}}, "episodes of the score=-1"),
    ({"score": {**SCORE, "metric": "x\nmeasured: 100 %"}}, "is no name"),
    ({"played": {**SCORE, "mean": 1e999}}, "must be finite"),
    ({"played": {**SCORE, "metric": "a\x1b[31mred"}}, "is no name"),
    ({"versions": {"jax": "\x1b[2J"}}, "is no name"),
    ({"versions": {"jax": 1}}, "is no name"),
]
CONFIG_CHANGES = [
    ({"seed": "three"}, "seed"),
    ({"seed": -1}, "seed=-1"),
    ({"task": {"task": "a\x1b[31mred", "options": {}}}, "is no name"),
    ({"task": {"task": "a" * 10_000, "options": {}}}, "is no name"),
    ({"distillation": {"policy_init": "fixed", "inits_per_candidate": 0}}, "inits_per_candidate=0"),
    ({"learner": "x" * 10_000}, " ... "),
    ({"learner": []}, "LearnerConfig is []"),
    ({"learner": {"surprise": 1}}, "surprise"),
    ({"learner": {"learner_options": [1]}}, "learner_options is [1]"),
    ({"learner": {"learner_options": {"rate": {}}}}, "rate in learner_options is {}"),
    ({"learner": {"network": {"width": 0}}}, "width=0"),
    ({"learner": {"network": {"width": "8"}}}, "width='8': must be a whole number"),
    ({"learner": {"network": 3}}, "network is 3"),
    ({"task": {"task": "a", "options": None}}, "options is None"),
    ({"distillation": {"policy_init": "banana"}}, "policy_init=banana"),
    ({"distillation": {"dataset_size": 1.5}}, "dataset_size"),
]


@pytest.mark.parametrize(("change", "word"), CHANGES)
def test_contradictory_documents_are_refused(tmp_path, change, word):
    refused(written(tmp_path / "odd", {**HEADER.to_document(), **change}), word)


@pytest.mark.parametrize(("change", "word"), CONFIG_CHANGES)
def test_contradictory_settings_are_refused(tmp_path, change, word):
    document = HEADER.to_document()
    document["config"] |= change
    refused(written(tmp_path / "odd", document), word)


@pytest.mark.parametrize("name", ["kind", "config", "init_key", "versions", "score", "format"])
def test_a_document_that_lacks_a_part_is_refused(tmp_path, name):
    document = HEADER.to_document()
    del document[name]
    refused(written(tmp_path / "odd", document), name)


@pytest.mark.parametrize("document", [{}, {"format": 1}, {"format": FORMAT}, {"format": None}])
def test_hardly_a_document_is_refused(tmp_path, document):
    refused(written(tmp_path / "odd", document), "description")


@pytest.mark.parametrize(
    ("arrays", "word"),
    [
        ({**ARRAYS, "targets": np.ones((3, 2), np.float32)}, "are no pairs"),
        ({**ARRAYS, "targets": np.ones(2, np.float32)}, "are no pairs"),
        (
            {"inputs": np.zeros((0, 3), np.float32), "targets": np.zeros((0, 2), np.float32)},
            "are no pairs",
        ),
        ({"inputs": ARRAYS["inputs"]}, "lacks the inputs or the targets"),
        ({**ARRAYS, "inputs": np.full((2, 3), 1e300)}, "inputs are float64, must be float32"),
        ({**ARRAYS, "targets": np.ones((2, 2), np.int32)}, "targets are int32"),
    ],
)
def test_arrays_that_are_no_dataset_are_refused(tmp_path, arrays, word):
    refused(written(tmp_path / "odd", HEADER.to_document(), arrays), word)


def test_a_policy_needs_no_pairs(tmp_path):
    document = Header("policy", TaskConfig(), LearnerConfig()).to_document()
    arrays = {"weights/bias": np.ones(3, np.float32)}
    header, artifact = read(written(tmp_path / "policy", document, arrays))
    assert header.kind == "policy"
    assert set(artifact.arrays) == {"weights/bias"}


def test_slots_have_four_targets_each_or_one_an_example(tmp_path):
    header = dataclasses.replace(HEADER, distillation=DistillationConfig(parametrization="multi"))
    document = dataclasses.replace(header, init_key=()).to_document()
    for count in (2, 8):
        arrays = {**ARRAYS, "targets": np.ones((count, 2), np.float32)}
        _, artifact = read(written(tmp_path / f"{count}", document, arrays))
        assert artifact.arrays["targets"].shape == (count, 2)
    arrays = {**ARRAYS, "targets": np.ones((6, 2), np.float32)}
    refused(written(tmp_path / "odd", document, arrays), "are no pairs")
    arrays = {**ARRAYS, "targets": np.ones((8, 2), np.float32)}
    refused(written(tmp_path / "raw", HEADER.to_document(), arrays), "are no pairs")
