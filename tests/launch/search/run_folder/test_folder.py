"""A run's folder: the same search goes on in it, whichever hadax began it; others are refused."""

import errno
import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from hadax import tasks
from hadax.core.errors import ConfigError, UsageError
from hadax.launch.search.call import default_path, folder_path
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.launch.search.resolve import resolve
from hadax.launch.search.run_folder import folder
from hadax.launch.search.run_folder.finished import finished
from hadax.launch.search.run_folder.folder import Folder, locked, refuse_other, seconds_in
from hadax.launch.search.run_folder.lock import lock
from hadax.tasks import registry

# What hadax 0.1 wrote of: hadax-distill --generations=20 --score_networks=4 --score_episodes=2
# --evaluate_every=5
EARLIER = Path(__file__).parents[3] / "data" / "config_format_1.json"
SAME = {"generations": 20, "score_networks": 4, "score_episodes": 2, "evaluate_every": 5}


def config_of(verb=DISTILL, preset="auto", **given):
    return resolve(verb, given, preset).config


def begun(folder):
    """The folder as one in which a generation is done."""
    (folder / "metrics.csv").write_text("generation,seconds,evolved_mean\n1,1.0,\n")
    return folder


def settle(folder, config):
    """What a run that asks for a folder does before it begins."""
    Folder(folder, config)


@pytest.fixture
def earlier(tmp_path):
    shutil.copy(EARLIER, tmp_path / "config.json")
    return begun(tmp_path)


def write_earlier(folder, **changes):
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    (begun(folder) / "config.json").write_text(json.dumps({**document, **changes}))


def test_a_run_that_an_earlier_hadax_began_is_the_same_run(earlier):
    before = (earlier / "config.json").read_bytes()
    settle(earlier, config_of(**SAME))
    assert (earlier / "config.json").read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"std": 0.5}, "--std=0.5: the run in {} has std=0.3; give that, or another --workdir"),
        ({"seed": 1}, "--seed=1: the run in {} has seed=0"),
        ({"horizon": 9}, "--horizon=9: the run in {} has no horizon; leave that out"),
        ({"filters": (8, 4)}, "--filters=8,4: the run in {} has filters=16; give"),
        ({"task": "gymnax/Acrobot-v1", "preset": "none"}, "--task=gymnax/Acrobot-v1: the run"),
    ],
)
def test_other_flags_than_an_earlier_hadax_had_are_refused_by_name(earlier, changes, words):
    with pytest.raises(UsageError) as refused:
        settle(earlier, config_of(**SAME, **changes))
    assert words.format(earlier) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_an_earlier_hadax_gave_as_options_is_compared_by_name(tmp_path):
    write_earlier(tmp_path, task_option=["horizon=30", "early_exit=false"], episodes=2)
    same = {**SAME, "episodes": 2, "horizon": 30}
    settle(tmp_path, config_of(**same, task_option=["early_exit=false"]))
    with pytest.raises(UsageError, match="has task_option=early_exit=false; give that"):
        settle(tmp_path, config_of(**same))


def test_another_verb_of_an_earlier_hadax_is_named(earlier):
    with pytest.raises(UsageError, match="holds a run of hadax-distill; choose another folder"):
        settle(earlier, config_of(NEUROEVOLVE))


def test_every_search_is_itself_and_no_other(tmp_path):
    config = config_of(task="brax/hopper", preset="published", learner_option={"rate": 0.5})
    settle(tmp_path, config)
    begun(tmp_path)
    settle(tmp_path, config)
    for changes, name in (
        ({"learner_option": {"rate": 0.25}}, "learner_option=rate"),
        ({"learner_option": {"rate": 0.5, "deep": True}}, "learner_option=deep"),
        ({"learner_option": {"rate": 0.5}, "action_mode": "greedy"}, "action_mode"),
        ({"learner_option": {"rate": 0.5}, "std": 0.25}, "std"),
    ):
        other = config_of(task="brax/hopper", preset="published", **changes)
        with pytest.raises(UsageError, match=f"^--{name}="):
            settle(tmp_path, other)


def test_whole_numbers_and_floats_are_the_same_run(tmp_path):
    settle(tmp_path, config_of(preset="none", std=1))
    settle(tmp_path, config_of(preset="none", std=1.0))


def test_an_option_at_its_default_is_the_same_run_as_without(tmp_path):
    settle(tmp_path, config_of(task="gymnax/CartPole-v1", episodes=4))
    begun(tmp_path)
    settle(tmp_path, config_of(task="gymnax/CartPole-v1"))
    with pytest.raises(UsageError, match=r"^--episodes=5: .* has episodes=4; give that"):
        settle(tmp_path, config_of(task="gymnax/CartPole-v1", episodes=5))


def test_an_option_of_a_plug_in_may_be_called_like_a_setting(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_factories", dict(registry._factories))

    def make(*, width: int = 3):
        return tasks.make("analytic/linear_regression", batch=width)

    tasks.register("lab/wide", make)
    config = config_of(task="lab/wide", task_option=["width=5"], width=8)
    settle(tmp_path, config)
    begun(tmp_path)
    settle(tmp_path, config)
    for changes, words in (
        (
            {"task_option": ["width=6"], "width": 8},
            "^--task_option=width=6: .* has task_option=width=5",
        ),
        ({"task_option": ["width=5"], "width": 9}, "^--width=9: .* has width=8"),
    ):
        with pytest.raises(UsageError, match=words):
            settle(tmp_path, config_of(task="lab/wide", **changes))


def test_where_data_lie_is_no_part_of_a_run(tmp_path):
    task = {"task": "supervised/mnist"}
    settle(tmp_path, config_of(**task, data_dir="/here"))
    assert "/here" not in (tmp_path / "config.json").read_text()
    settle(tmp_path, config_of(**task, data_dir="/there"))


@pytest.mark.parametrize("text", ["[", "[]", "3", '"distill"', "\xff"])
def test_what_is_no_config_is_refused(tmp_path, text):
    (tmp_path / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="not a run's config"):
        settle(tmp_path, config_of())


def test_names_of_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_path("~/runs/a") == tmp_path / "runs" / "a"
    assert folder_path(Path("~/b")) == tmp_path / "b"
    with pytest.raises(ConfigError, match="name a folder"):
        folder_path("")
    assert default_path(config_of(seed=3)) == Path("runs/distill-gymnax-CartPole-v1-seed3")


FREE = {"checkpoint_every": 3, "keep": 5, "score_networks": 9, "chunk": 2, "devices": 1}


def test_what_leaves_the_search_the_same_may_change(tmp_path):
    settle(tmp_path, config_of(generations=20))
    begun(tmp_path)
    settle(tmp_path, config_of(generations=30, **FREE))
    document = json.loads((tmp_path / "config.json").read_text())
    assert document["pace"]["generations"] == 30
    assert document["measuring"]["score_networks"] == 9


def test_fewer_generations_than_are_done_are_refused(tmp_path, monkeypatch):
    settle(tmp_path, config_of(generations=20))
    begun(tmp_path)
    monkeypatch.setattr(folder, "_done", lambda *_: 15)
    settle(tmp_path, config_of(generations=15))
    words = r"^--generations=14: the run in .* has done 15 already; give as many or more, or anoth"
    with pytest.raises(UsageError, match=words):
        settle(tmp_path, config_of(generations=14))


def test_a_run_that_came_to_nothing_does_not_block_another(tmp_path):
    settle(tmp_path, config_of(std=0.5))
    settle(tmp_path, config_of(NEUROEVOLVE, std=0.25))
    assert json.loads((tmp_path / "config.json").read_text())["strategy"]["std"] == 0.25


def test_somebody_elses_config_is_left_alone(tmp_path):
    (tmp_path / "config.json").write_text('{"name": "mine"}')
    with pytest.raises(UsageError, match="not a run's config"):
        settle(tmp_path, config_of())
    assert "mine" in (tmp_path / "config.json").read_text()


def test_a_config_that_an_editor_saved_with_a_mark_is_read(tmp_path):
    settle(tmp_path, config_of(std=0.5))
    begun(tmp_path)
    text = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(text, encoding="utf-8-sig")
    settle(tmp_path, config_of(std=0.5))


def test_two_runs_in_one_folder(tmp_path):
    unlock = lock(tmp_path / "run")
    with pytest.raises(UsageError, match="is running in it"):
        lock(tmp_path / "run")
    unlock()
    lock(tmp_path / "run")()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("n" * 300, "File name too long"),
        ("a\0b", "zero byte"),
        ("~nobody-of-this-name/x", "home"),
    ],
)
def test_names_that_cannot_be_are_refused_in_a_line(tmp_path, name, words):
    with pytest.raises(UsageError) as refused:
        settle(folder_path(name if name.startswith("~") else tmp_path / name), config_of())
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_name_that_is_not_utf8_is_a_name(tmp_path):
    settle(tmp_path / os.fsdecode(b"caf\xe9"), config_of())
    assert os.listdir(os.fsencode(tmp_path)) == [b"caf\xe9"]


def test_a_folder_that_is_refused_has_nothing_new(tmp_path):
    (tmp_path / "dataset.safetensors").write_bytes(b"somebody's")
    for again in (locked, finished):
        with pytest.raises(UsageError, match=r"without its config.json"), ExitStack() as held:
            again(tmp_path, config_of(), *((held,) if again is locked else (None, print)))
        assert os.listdir(tmp_path) == ["dataset.safetensors"]


def test_a_folder_is_compared_and_left_as_it_is(tmp_path):
    settle(tmp_path, config_of(generations=20))
    (begun(tmp_path) / "checkpoints").rmdir()
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(UsageError, match=r"^--std=0.7: the run in"), ExitStack() as held:
        locked(tmp_path, config_of(generations=30, std=0.7), held)
    assert sorted(os.listdir(tmp_path)) == before
    assert not refuse_other(tmp_path, config_of(generations=30))
    assert refuse_other(tmp_path, config_of(generations=20))
    assert not refuse_other(tmp_path / "none", config_of())
    assert sorted(os.listdir(tmp_path)) == before


def test_what_another_run_began_before_the_lock_is_refused_all_the_same(tmp_path, monkeypatch):
    def late(root):
        settle(begun(root), config_of(std=0.7))
        return lock(root)

    monkeypatch.setattr(folder, "lock", late)
    with pytest.raises(UsageError, match=r"the run in .* has std=0.7"), ExitStack() as held:
        locked(tmp_path, config_of(), held)


def test_a_result_that_cannot_be_read_just_now_is_not_to_be_removed(tmp_path, monkeypatch):
    config = config_of()
    settle(tmp_path, config)
    result = tmp_path / "dataset.safetensors"
    result.write_bytes(b"whole, as far as anybody knows")

    def refused(path):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))

    monkeypatch.setattr(type(tmp_path), "read_bytes", refused)
    with pytest.raises(UsageError) as error:
        finished(tmp_path, config, None, print)
    assert str(error.value) == f"{result}: {os.strerror(errno.ESTALE)}"


def test_seconds_are_those_of_all_searches_of_a_contest(tmp_path):
    assert seconds_in(tmp_path) == 0.0
    begun(tmp_path)
    assert seconds_in(tmp_path) == 1.0
    for seed in range(3):
        (tmp_path / "restarts" / f"seed{seed}").mkdir(parents=True)
        begun(tmp_path / "restarts" / f"seed{seed}")
    assert seconds_in(tmp_path) == 3.0
