"""hadax-zoo: what there is, all of one, and whether it still does what its record says."""

import shutil
from dataclasses import replace

import pytest

from hadax.distilled.score import Score
from hadax.launch import distill, zoo
from hadax.launch.commandline.command import execute
from hadax.zoo import shipped
from hadax.zoo.index import read_index, write_index
from tools.zoo.adding import Told, add
from tools.zoo.finished_run import read_run

NAME = "analytic/linear_regression"


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny):
    """A zoo of one entry, and the run that it is of."""
    folder = tmp_path_factory.mktemp("zoo")
    assert execute(distill.COMMAND, [*tiny, f"--workdir={folder / 'run'}"]) == 0
    (folder / "entries").mkdir()
    write_index(folder / "index.json", [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shipped, "FOLDER", folder)
        add(read_run(folder / "run"), Told(NAME, core_minutes=0.5))
    return folder


@pytest.fixture
def small_zoo(made, tmp_path, monkeypatch, capsys):
    """A copy of it, to be damaged."""
    folder = tmp_path / "zoo"
    shutil.copytree(made, folder)
    monkeypatch.setattr(shipped, "FOLDER", folder)
    capsys.readouterr()
    return folder


def told_otherwise(folder, **changes):
    """The entry with another score in the index than it has."""
    index = folder / "index.json"
    (entry,) = read_index(index)
    write_index(index, [replace(entry, score=replace(entry.score, **changes))])


def ask(*arguments):
    return execute(zoo.COMMAND, arguments)


MEASURE = ("verify", "--networks=4", "--episodes=2")


@pytest.mark.usefixtures("small_zoo")
def test_the_list_has_a_line_an_entry(capsys):
    assert ask("list") == 0
    heads, line = capsys.readouterr().out.splitlines()
    assert heads.split()[:4] == ["name", "pairs", "score", "published"]
    assert line.split()[:2] == [NAME, "4"]
    assert line.endswith("0.5 (2 cores)  HaDES-R")


def test_minutes_of_a_gpu_are_not_added_to_those_of_cores():
    told = next(line for line in zoo.listed(shipped.entries()).splitlines() if "H100" in line)
    name = told.split()[0]
    spent = shipped.totals_of(name).minutes
    assert set(spent) >= {"one H100 GPU"}
    assert all(f"{minutes:g} ({hardware})" in told for hardware, minutes in spent.items())


def test_an_accuracy_and_the_published_one_are_told_alike():
    own = Score(mean=0.9073, std=0.0027, networks=32, episodes=0, metric="accuracy")
    assert (own.spread, own.beside(0.898)) == ("90.73% ± 0.27%", "89.8%")
    assert replace(own, metric="fitness").beside(1745.2) == "1,745"
    row = next(line for line in zoo.listed(shipped.entries()).splitlines() if "/mnist " in line)
    assert row.split()[5:7] == ["89.8%", "(10)"]


def test_all_that_is_known_of_one_is_shown(small_zoo, tmp_path, capsys):
    picture = tmp_path / "a.png"
    assert ask("show", f"zoo:{NAME}", f"--picture={picture}") == 0
    shown = capsys.readouterr().out
    assert f"{NAME}: HaDES-R, 4 pairs" in shown
    assert f"hadax-distill --task={NAME} --preset=none" in shown
    assert str(small_zoo / "entries") in shown
    assert "width=8" in shown
    table = shown.partition("\n\n")[2].splitlines()
    assert table[0].split()[-1] == "target"
    assert [line.split()[0] for line in table[1:5]] == ["0", "1", "2", "3"]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("small_zoo")
def test_an_entry_that_does_what_its_record_says_is_verified(capsys):
    assert ask(*MEASURE) == 0
    assert ": agrees" in capsys.readouterr().out
    assert ask(*MEASURE, NAME, NAME) == 0
    assert capsys.readouterr().out.count("recorded") == 2


def test_one_that_does_not_fails(small_zoo, capsys):
    told_otherwise(small_zoo, mean=1000.0)
    assert ask(*MEASURE) == 1
    assert "differs (1" in capsys.readouterr().out
    told_otherwise(small_zoo, mean=float("inf"))
    assert ask(*MEASURE) == 1


def test_what_cannot_be_measured_is_told_and_the_others_are(small_zoo, capsys):
    entry = small_zoo / "entries" / "analytic-linear_regression.safetensors"
    entry.write_bytes(entry.read_bytes()[:90])
    assert ask(*MEASURE) == 2
    out = capsys.readouterr().out
    assert out.startswith(f"{NAME}: cannot be measured here: zoo:") or str(entry) in out
    assert out.count("\n") == 1


def test_a_damaged_index_is_one_line(small_zoo, capsys):
    (small_zoo / "index.json").write_text("[{]")
    assert ask("list") == 2
    error = capsys.readouterr().err
    assert "the zoo's index cannot be read" in error
    assert error.count("\n") == 1


def test_evolved_weights_have_no_picture(made, refused, monkeypatch):
    (entry,) = read_index(made / "index.json")
    monkeypatch.setattr(zoo.zoo, "entry", lambda _: replace(entry, pairs=0))
    error = refused(zoo.COMMAND, ["show", NAME, "--picture=x.png"])
    assert f"--picture=x.png: {NAME} is a policy, without examples to draw" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--picture=x.png"), "--picture=x.png: is for show"),
        (("show", "gymnax/CartPole-v1", "--networks=3"), "--networks=3: is for verify"),
        (("verify", "--picture=x.png"), "--picture=x.png: is for show"),
        (("verify", "gymnax/CartPole-v1", "--seed=-1"), "--seed=-1: must be in [0, "),
        (("show", "gymnax/CartPole-v1", "--picture=x.jpg"), "--picture=x.jpg: must end in .png"),
        (("show", "gymnax/CartPole-v1", "--picture=no/x.png"), "there is no folder no"),
    ],
)
def test_flags_that_cannot_work_are_refused_before_anything_is_shown(
    arguments, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert execute(zoo.COMMAND, list(arguments)) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
