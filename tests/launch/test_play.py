"""hadax-play: what cannot be filmed is refused before a network is trained."""

import pytest

from hadax.launch import play
from hadax.launch.commandline.command import execute


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--dataset=: name the artifact"),
        (("zoo:gymnax/CartPole-v1", "--out=film.avi"), "film.avi: films are .gif"),
        (("zoo:gymnax/CartPole-v1", "--out=no/film.gif"), "no/film.gif: there is no folder no"),
        (("missing.safetensors",), "missing.safetensors: no such file"),
        (("zoo:gymnax/CartPole-v1", "--task=gymnax/CartPole-v1"), "is no merged dataset"),
    ],
)
def test_what_cannot_work_is_told_in_a_line(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert execute(play.COMMAND, arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
