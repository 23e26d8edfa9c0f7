"""hadax-evaluate: artifacts measured anew, and files that are none refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from hadax.core.storage.artifact import Artifact, read_artifact, write_artifact
from hadax.launch import distill, evaluate, neuroevolve
from hadax.launch.commandline.command import execute


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny):
    """A finished distillation."""
    folder = tmp_path_factory.mktemp("made")
    assert execute(distill.COMMAND, [*tiny, f"--workdir={folder}"]) == 0
    return folder / "dataset.safetensors"


@pytest.fixture
def dataset(made, tmp_path, capsys):
    """A copy of it, to be measured or damaged."""
    capsys.readouterr()
    return Path(shutil.copy(made, tmp_path))


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


def test_a_mean_hides_no_episodes_that_fail(dataset, capsys):
    played = ["zoo:gymnax/CartPole-v1", "--networks=2", "--episodes=4", "--horizon=20"]
    assert execute(evaluate.COMMAND, played) == 0
    _, line = capsys.readouterr().out.split("measured:")[1].splitlines()
    words = "least 20.0, 10% 20.0, 25% 20.0, median 20.0, 75% 20.0, 90% 20.0, most 20.0"
    assert line == f" returns:   {words}"
    assert measure(dataset) == 0
    assert "returns" not in capsys.readouterr().out, "the task has no episodes"


def test_another_learner_can_be_named(dataset, capsys):
    assert measure(dataset, "--width=4", "--inner_steps=1") == 0
    changed = capsys.readouterr().out
    assert measure(dataset) == 0
    assert capsys.readouterr().out != changed


def test_the_neighbours_print_twelve_rows_and_counts_them(dataset, capsys):
    assert measure(dataset, "--neighbours", "--threshold=-1000") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("  ")]) == 12
    assert lines[-1] == "12 of 12 rows at -1000 or more"


def test_a_transfer_study_is_printed_and_written_beside_the_artifact(dataset, capsys):
    out = dataset.parent / "scores.json"
    assert measure(dataset, "--transfer=steps,noise", "--ensemble=3", f"--out={out}") == 0
    written = [row["measured"] for row in json.loads(out.read_text())]
    assert len([name for name in written if name.startswith("label_noise")]) == 4
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("  ")]) == 7 + 4
    assert any(line.startswith("ensemble:") and "of 3 networks" in line for line in lines)
    assert any(line.endswith("keep 80%: all") for line in lines)
    assert len((dataset.parent / "transfer.csv").read_text().splitlines()) == 1 + 2 + 7 + 4
    assert (dataset.parent / "transfer.png").exists()


def test_policies_are_measured_but_not_retrained(tiny, tmp_path, capsys):
    flags = [flag for flag in tiny if not flag.startswith("--inner")]
    execute(neuroevolve.COMMAND, [*flags, f"--workdir={tmp_path / 'run'}"])
    capsys.readouterr()
    path = tmp_path / "run" / "policy.safetensors"
    assert measure(path) == 0
    assert "1 network" in capsys.readouterr().out
    assert measure(path, "--width=4") == 2
    assert "--width=4" in capsys.readouterr().err
    assert measure(path, "--neighbours") == 2
    study = tmp_path / "study"
    assert measure(path, "--transfer=steps", f"--transfer_out={study}") == 2
    assert not study.exists()


def rewrite(path, arrays, section, changes):
    artifact = read_artifact(path)
    config = artifact.document["config"]
    document = {
        **artifact.document,
        "config": {**config, section: {**config[section], **changes}},
    }
    write_artifact(path, Artifact(document, {**artifact.arrays, **arrays}))


@pytest.mark.parametrize(
    ("arrays", "section", "changes", "words"),
    [
        ({"inputs": np.zeros((4, 5), np.float32)}, "task", {}, "inputs of shape (5,), but"),
        ({"targets": np.zeros((4, 5), np.float32)}, "task", {}, "targets of shape (5,), but"),
        ({"task_state/mean": np.zeros(3, np.float32)}, "task", {}, "unexpected task_state/mean"),
        ({}, "learner", {"inner_loop": {"inner_steps": 2.5}}, "inner_steps=2.5: must be a whole"),
        ({}, "learner", {"network": {"width": -1}}, "width=-1: must be in [1, "),
        ({}, "learner", {"network": {"breadth": 1}}, "has no breadth"),
        ({}, "learner", {"network": 8}, "network is 8, must be an object"),
        ({}, "learner", {"learner": "lab/unknown"}, "no such learner"),
        ({}, "task", {"task": "lab/unknown"}, "no such task"),
        ({}, "task", {"options": {"batch": "x"}}, "must be a whole number"),
        ({}, "task", {"options": {"colour": 1}}, "no such option"),
    ],
)
def test_artifacts_that_do_not_fit_are_refused(dataset, capsys, arrays, section, changes, words):
    rewrite(dataset, arrays, section, changes)
    assert measure(dataset) == 2
    error = capsys.readouterr().err
    assert words in error
    assert str(dataset) in error
    assert error.count("\n") == 1


def test_bad_files_and_flags_are_refused(dataset, tmp_path, capsys):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(dataset.read_bytes()[:100])
    empty = tmp_path / "empty"
    empty.mkdir()
    for flags, words in (
        ((cut,), "not a whole safetensors file"),
        ((tmp_path / "none",), "no such file"),
        ((empty,), "a folder; name the .safetensors file: no dataset.safetensors or policy"),
        ((dataset, "--threshold=3"), "--threshold=3.0: needs --neighbours"),
        ((dataset, "--transfer=colour"), "--transfer=colour: must be one of architecture"),
        ((dataset, "--transfer_out=x"), "--transfer_out=x: needs --transfer"),
        ((dataset, "--ensemble=-1"), "--ensemble=-1"),
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


def test_scores_are_written_for_other_programs(dataset, tmp_path, capsys):
    assert execute(evaluate.COMMAND, [str(dataset), "--networks=2", "--out=json"]) == 0
    told = capsys.readouterr()
    rows = json.loads(told.out)
    assert [row["measured"] for row in rows] == ["as written", "measured"]
    assert rows[1]["networks"] == 2
    assert "measured:" in told.err
    assert measure(dataset, f"--out={tmp_path / 'scores.csv'}") == 0
    assert (tmp_path / "scores.csv").read_text().startswith("measured,mean,std")
    assert measure(dataset, "--out=scores.txt") == 2
    capsys.readouterr()
    assert measure(dataset, "--out=no/such/scores.json") == 2
    told = capsys.readouterr()
    assert "no/such/scores.json: there is no folder no/such" in told.err
    assert told.out == "", "nothing is measured first"


def test_a_place_for_a_study_is_refused_before_anything_is_measured(dataset, capsys):
    (dataset.parent / "taken").write_text("a file")
    taken = dataset.parent / "taken" / "study"
    assert measure(dataset, "--transfer=steps", f"--transfer_out={taken}") == 2
    told = capsys.readouterr()
    assert f"--transfer_out={taken}: " in told.err
    assert "measured" not in told.out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--seed=-1",), "--seed=-1: must be in [0, 4294967295]"),
        (("--neighbours", "--threshold=nan"), "--threshold=nan: must be a number"),
    ],
)
def test_numbers_that_cannot_be_are_refused_before_anything_is_said(flags, words, refused):
    assert words in refused(evaluate.COMMAND, ["zoo:gymnax/CartPole-v1", *flags])
