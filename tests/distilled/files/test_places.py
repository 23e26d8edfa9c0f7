"""Where a dataset is: its file, an entry of the zoo, or the folder of the run that found it."""

from pathlib import Path

import pytest

import hadax
from hadax.core.errors import ArtifactError
from hadax.distilled.files.places import file_at
from hadax.launch import evaluate, export, merge, play, show
from hadax.launch.commandline.command import execute
from hadax.launch.measurements.transfer import transfer_folder

NAME = "gymnax/CartPole-v1"


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Folders of runs, as a sweep has them; what is in their files is no matter here."""
    monkeypatch.chdir(tmp_path)
    for each in ("a/dataset", "b/policy", "c/d/dataset", "c/e/dataset", "c/e/policy", "f/other"):
        place = Path("sweep", f"{each}.safetensors")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    return Path("sweep")


def test_a_runs_folder_is_its_result(runs):
    for folder, name in (("a", "dataset"), ("b", "policy"), ("c/e", "dataset")):
        assert file_at(runs / folder) == runs / folder / f"{name}.safetensors"
    assert transfer_folder("sweep/a", None) == runs / "a"


def test_a_folder_of_runs_says_to_name_one(runs):
    with pytest.raises(ArtifactError) as refused:
        file_at("sweep")
    listed = "sweep/a, sweep/b, sweep/c/d and 1 more"
    assert str(refused.value) == f"sweep: a folder of runs; name one: {listed}"
    with pytest.raises(ArtifactError, match=r"^sweep/f: a folder; name the \.safetensors file: no"):
        file_at("sweep/f")


def test_every_command_takes_a_runs_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("run").mkdir()
    found = hadax.zoo.load(NAME).with_task(horizon=5)
    found.save("run/dataset.safetensors")
    assert hadax.load("run").header == found.header
    few = ("--networks=1", "--episodes=1")
    for command, *flags in (
        (export.COMMAND, "--out=a.npz"),
        (show.COMMAND,),
        (play.COMMAND, "--out=a.gif"),
        (evaluate.COMMAND, *few),
    ):
        assert execute(command, ["run", *flags]) == 0
    assert "run: return" in capsys.readouterr().out
    taken = ["run", f"zoo:{NAME}", "--out=run/dataset.safetensors", *few]
    assert execute(merge.COMMAND, taken) == 2
    assert "is one of those that are merged" in capsys.readouterr().err
