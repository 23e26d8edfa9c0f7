"""hadax-play: what cannot be filmed is refused before a network is trained."""

import pytest

import hadax
from hadax.distilled.abilities.playing import episode
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
def test_what_cannot_work_is_told_in_a_line(arguments, said, refused):
    assert said in refused(play.COMMAND, arguments)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_film_is_of_the_episodes_own_statistics_or_of_the_files(
    tmp_path, monkeypatch, capsys, frozen
):
    monkeypatch.chdir(tmp_path)
    found = hadax.zoo.load("gymnax/Pendulum-v1").with_task(normalizer="per_policy", horizon=5)
    found.save("it.safetensors")
    flags = (f"--frozen_statistics={str(frozen).lower()}", "--network_seed=1", "--episode_seed=2")
    execute(play.COMMAND, ("it.safetensors", *flags))
    shown = episode(found.fit(1), 2, "it", frozen_statistics=frozen).returns[-1]
    assert f"return {float(shown):g} in 5 steps" in capsys.readouterr().out
    other = episode(found.fit(1), 2, "it", frozen_statistics=not frozen).returns[-1]
    assert float(other) != float(shown)
