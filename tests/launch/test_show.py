"""hadax-show: what cannot be drawn is refused before anything is read, the rest is a picture."""

import pytest

from hadax.launch import show
from hadax.launch.commandline.command import execute

NAME = "zoo:gymnax/CartPole-v1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--dataset=: name the artifact"),
        ((NAME, "--width=1"), "--width=1.0: must be in [2, 20]"),
        ((NAME, "--out=a.svg"), "--out=a.svg: must end in .png"),
        ((NAME, "--out=no/a.png"), "no/a.png: there is no folder no"),
    ],
)
def test_what_cannot_work_is_told_in_a_line(arguments, said, refused):
    assert said in refused(show.COMMAND, arguments)


def test_a_file_is_a_picture_and_without_one_the_terminal_has_it(tmp_path, capsys):
    path = tmp_path / "a.png"
    assert execute(show.COMMAND, [NAME, f"--out={path}"]) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {path}" in capsys.readouterr().out
    assert execute(show.COMMAND, [NAME]) == 0
    assert "gymnax/CartPole-v1 in 2 examples" in capsys.readouterr().out
