"""hadax-play: what cannot be filmed is refused before a network is trained."""

import pytest

from hadax.launch import play


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
def test_what_cannot_work_is_told_in_a_line(arguments, said, refused):
    assert said in refused(play.COMMAND, arguments)
