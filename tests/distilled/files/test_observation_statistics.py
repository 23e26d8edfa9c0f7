"""Statistics that come with a file are those that its normaliser had, however they are shaped."""

import dataclasses

import numpy as np
import pytest

import hadax
from hadax import tasks
from hadax.core.errors import ArtifactError
from hadax.core.storage.artifact import write_artifact
from hadax.distilled.files.observation_statistics import with_given_statistics

COUNT, MEAN, SQUARES = 3.0, [1.0, 2.0, 3.0], [4.0, 16.0, 64.0]


@pytest.mark.parametrize("normalizer", ["running", "constant"])
@pytest.mark.parametrize("count", [np.float32(COUNT), np.float32([COUNT])], ids=["number", "row"])
def test_moments_of_an_artifact_are_taken_as_they_are(distilled_of, normalizer, count, tmp_path):
    state = {"count": np.float32(COUNT), "mean": np.float32(MEAN), "squares": np.float32(SQUARES)}
    named = {f"task_state/{name}": array for name, array in state.items()}
    options = {"normalizer": "running", "horizon": 5}
    made = distilled_of("gymnax/Pendulum-v1", np.eye(3), np.ones((3, 1)), named, **options)
    artifact = made.to_artifact()
    arrays = {**artifact.arrays, "task_state/count": count}
    path = tmp_path / "it.safetensors"
    write_artifact(path, dataclasses.replace(artifact, arrays=arrays))
    task = tasks.make("gymnax/Pendulum-v1", normalizer=normalizer)
    given = with_given_statistics(task, str(path)).given
    # What begins with them goes on from as many observations; a constant one needs no count.
    assert given.count == (COUNT if normalizer == "running" else 1)
    np.testing.assert_allclose(given.mean, MEAN)
    np.testing.assert_allclose(given.squares / given.count, np.divide(SQUARES, COUNT), rtol=1e-6)


@pytest.mark.parametrize(
    ("moment", "value", "expected"),
    [
        ("count", np.float32(0), "count must be above 0"),
        ("count", np.float32(-2), "count must be above 0"),
        ("squares", np.float32([1, -1, 1]), "squares must be at least 0"),
    ],
)
def test_statistics_that_no_observations_have_are_refused(
    distilled_of, moment, value, expected, tmp_path
):
    state = {"count": np.float32(COUNT), "mean": np.float32(MEAN), "squares": np.float32(SQUARES)}
    named = {f"task_state/{name}": array for name, array in state.items()}
    options = {"normalizer": "running", "horizon": 5}
    made = distilled_of("gymnax/Pendulum-v1", np.eye(3), np.ones((3, 1)), named, **options)
    artifact = made.to_artifact()
    path = tmp_path / "crafted.safetensors"
    arrays = {**artifact.arrays, f"task_state/{moment}": value}
    write_artifact(path, dataclasses.replace(artifact, arrays=arrays))
    with pytest.raises(ArtifactError, match=f"crafted.safetensors.*{expected}"):
        hadax.load(path)
    task = tasks.make("gymnax/Pendulum-v1", normalizer="running")
    with pytest.raises(ArtifactError, match=f"crafted.safetensors.*{expected}"):
        with_given_statistics(task, str(path))
