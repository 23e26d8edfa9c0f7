"""hadax-evaluate: artifacts measured anew, and files that are none refused."""

import dataclasses

import numpy as np
import pytest

from hadax.core.artifact import read_artifact, write_artifact
from hadax.launch import evaluate, neuroevolve
from hadax.launch.commandline.command import execute


@pytest.fixture
def dataset(distil, tmp_path, capsys):
    assert distil() == 0
    capsys.readouterr()
    return tmp_path / "run" / "dataset.safetensors"


def measure(path, *flags):
    return execute(evaluate.COMMAND, [f"--dataset={path}", "--networks=2", "--episodes=2", *flags])


def test_measures_anew_beside_the_score_as_written(dataset, capsys):
    assert measure(dataset) == 0
    first = capsys.readouterr().out
    assert "as written:" in first
    assert "2 fresh networks" in first
    assert measure(dataset) == 0
    assert capsys.readouterr().out == first
    assert measure(dataset, "--seed=1") == 0
    assert capsys.readouterr().out != first


def test_another_learner_can_be_named(dataset, capsys):
    assert measure(dataset, "--width=4", "--inner_steps=1") == 0
    changed = capsys.readouterr().out
    assert measure(dataset) == 0
    assert capsys.readouterr().out != changed


def test_the_sweep_prints_twelve_rows_and_counts_them(dataset, capsys):
    assert measure(dataset, "--sweep", "--threshold=-1000") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("  ")]) == 12
    assert lines[-1] == "12 of 12 rows at -1000 or more"


def test_policies_are_measured_but_not_retrained(tiny, tmp_path, capsys):
    flags = [flag for flag in tiny if not flag.startswith("--inner")]
    execute(neuroevolve.COMMAND, [*flags, f"--workdir={tmp_path / 'run'}"])
    capsys.readouterr()
    path = tmp_path / "run" / "policy.safetensors"
    assert measure(path) == 0
    assert "1 network" in capsys.readouterr().out
    assert measure(path, "--width=4") == 2
    assert "--width=4" in capsys.readouterr().err
    assert measure(path, "--sweep") == 2


def rewrite(path, arrays=None, **changes):
    artifact = read_artifact(path)
    description = dataclasses.replace(artifact.description, **changes)
    write_artifact(
        path,
        dataclasses.replace(
            artifact, description=description, arrays={**artifact.arrays, **(arrays or {})}
        ),
    )


def test_learner_settings_of_the_wrong_kind_are_refused(dataset, capsys):
    learner = read_artifact(dataset).description.learner
    rewrite(dataset, learner={**learner, "inner_steps": 2.5})
    assert measure(dataset) == 2
    assert "inner_steps is 2.5, not a whole number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arrays", "changes", "words"),
    [
        ({"inputs": np.zeros((4, 5), np.float32)}, {}, "inputs of shape (5,), but"),
        ({"targets": np.zeros((4, 5), np.float32)}, {}, "targets of shape (5,), but"),
        ({"task_state/mean": np.zeros(3, np.float32)}, {}, "unexpected task_state/mean"),
        ({}, {"learner": {"width": 8}}, "does not fit"),
        ({}, {"learner": {"width": -1, "filters": [1]}}, "does not fit"),
        ({}, {"task": "lab/unknown"}, "no such task"),
        ({}, {"task_options": {"batch": "x"}}, "must be a whole number"),
        ({}, {"task_options": {"colour": 1}}, "no such option"),
    ],
)
def test_artifacts_that_do_not_fit_are_refused(dataset, capsys, arrays, changes, words):
    rewrite(dataset, arrays, **changes)
    assert measure(dataset) == 2
    error = capsys.readouterr().err
    assert words in error
    assert str(dataset) in error
    assert error.count("\n") == 1


def test_bad_files_and_flags_are_refused(dataset, tmp_path, capsys):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(dataset.read_bytes()[:100])
    for flags, words in (
        ((cut,), "not a whole safetensors file"),
        ((tmp_path / "none",), "no such file"),
        ((tmp_path,), "a folder; name the"),
        ((dataset, "--threshold=3"), "--threshold=3.0: needs --sweep"),
        ((dataset, "--networks=0"), "--networks=0: must be in [1, "),
        ((dataset, "--episodes=0"), "--episodes=0"),
        ((dataset, "--width=0"), "--width=0"),
        ((dataset, "--seed=-1"), "--seed=-1"),
    ):
        assert measure(*flags) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1
    assert execute(evaluate.COMMAND, []) == 2
    assert "--dataset" in capsys.readouterr().err
