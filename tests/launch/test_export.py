"""hadax-export: an artifact, a format and a place."""

import json

import numpy as np
import pytest
import safetensors.numpy

from hadax.launch import export
from hadax.launch.commandline.command import execute


def ask(*arguments):
    return execute(export.COMMAND, arguments)


def test_an_entry_of_the_zoo_is_exported(tmp_path, capsys):
    path = tmp_path / "cartpole.npz"
    assert ask("zoo:gymnax/CartPole-v1", f"--out={path}") == 0
    told = f"wrote {path}, cartpole.json beside it: gymnax/CartPole-v1 in 2 examples"
    assert told in capsys.readouterr().out
    with np.load(path) as arrays:
        assert arrays["inputs"].shape == (2, 4)
    settings = json.loads((tmp_path / "cartpole.json").read_text())
    assert settings["score"]["mean"] == 500
    assert settings["command"].startswith("hadax-distill --task=gymnax/CartPole-v1")


def test_the_format_goes_by_the_ending(tmp_path):
    table, tensors = tmp_path / "cartpole.csv", tmp_path / "cartpole.safetensors"
    for path in (table, tensors):
        assert ask("zoo:gymnax/CartPole-v1", f"--out={path}") == 0
    assert table.read_text().startswith("input_0,")
    assert safetensors.numpy.load_file(tensors)["inputs"].shape == (2, 4)


def test_a_hugging_face_folder_is_made_with_those_above_it(tmp_path):
    folder = tmp_path / "new" / "cartpole"
    assert ask("zoo:gymnax/CartPole-v1", "--to=huggingface", f"--out={folder}") == 0
    assert (folder / "README.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--dataset=: name the file"),
        (("zoo:gymnax/CartPole-v1",), "--out=: name the file"),
        (
            ("zoo:gymnax/CartPole-v1", "--to=xls", "--out=a.xls"),
            "--to=xls: must be one of auto, npz",
        ),
        (
            ("zoo:gymnax/CartPole-v1", "--to=npz", "--out=a.csv"),
            "a.csv: a file of npz ends in .npz",
        ),
        (("zoo:gymnax/CartPole-v1", "--out=a.txt"), "a.txt: must end in one of .npz, .csv,"),
        (("zoo:gymnax/CartPole-v1", "--out=a"), "--out=a: must end in one of .npz, .csv,"),
        (("missing.safetensors", "--out=a.npz"), "missing.safetensors: no such file"),
        (("zoo:gymnax/CartPole-v1", "--out=no/such/a.npz"), "there is no folder no/such"),
    ],
)
def test_what_cannot_work_is_told_in_a_line(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert ask(*arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
