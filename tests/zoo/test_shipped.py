"""Entries by name: from Python, and wherever a file is taken."""

import numpy as np
import pytest

import hadax
from hadax.core.errors import ArtifactError, UsageError
from hadax.distilled.files.observation_statistics import with_given_statistics
from hadax.distilled.files.places import file_at
from hadax.launch import evaluate, import_dataset
from hadax.launch.commandline.command import execute
from hadax.launch.search.presenting.comparison import published_beside, whole_curve
from hadax.zoo import shipped

NAME = "gymnax/CartPole-v1"


def test_an_entry_trains_a_working_policy():
    found = hadax.zoo.load(NAME)
    assert isinstance(found, hadax.Distilled)
    assert found.score == hadax.zoo.entry(NAME).score
    # Falling over to the right is answered by a push to the right, and the other way round.
    policy = found.fit(seed=0)
    assert policy.act([0.0, 0.0, 0.1, 0.5]) == 1
    assert policy.act([0.0, 0.0, -0.1, -0.5]) == 0


def test_its_name_may_be_said_as_that_of_a_file():
    assert hadax.zoo.entry(f"zoo:{NAME}") == hadax.zoo.entry(NAME)
    assert hadax.zoo.path_of(f"zoo:{NAME}") == hadax.zoo.path_of(NAME)
    assert hadax.zoo.load(f"zoo:{NAME}").header == hadax.zoo.load(NAME).header
    with pytest.raises(UsageError, match=r"^zoo:x: no such entry"):
        hadax.zoo.load("zoo:x")


def test_it_can_be_named_wherever_a_file_is_taken():
    path = hadax.zoo.path_of(NAME)
    assert file_at(f"zoo:{NAME}") == path
    one, other = hadax.load_dataset(f"zoo:{NAME}"), hadax.load_dataset(path)
    np.testing.assert_array_equal(one.dataset.inputs, other.dataset.inputs)
    with pytest.raises(ArtifactError, match=f"zoo:{NAME}: holds a dataset"):
        hadax.load_policy(f"zoo:{NAME}")


@pytest.mark.parametrize("ask", [hadax.zoo.load, hadax.zoo.entry, hadax.zoo.path_of])
def test_an_unknown_name_is_refused_with_the_nearest(ask):
    with pytest.raises(UsageError, match=r"zoo:gymnax/CartPol: .*did you mean gymnax/CartPole-v1"):
        ask("gymnax/CartPol")
    with pytest.raises(UsageError, match=r"zoo:x: no such entry; hadax.zoo.names\(\) lists all"):
        ask("x")
    with pytest.raises(UsageError, match="zoo:3: no such entry"):
        ask(3)
    with pytest.raises(UsageError, match="zoo:x: no such entry"):
        hadax.load("zoo:x")


def test_statistics_come_from_an_entry_too(tmp_path, monkeypatch):
    task = hadax.make("analytic/linear_quadratic", normalizer="constant")
    with pytest.raises(UsageError, match="zoo:x: no such entry"):
        with_given_statistics(task, "zoo:x")
    mean, variance = np.array([1.0, -2.0]), np.array([4.0, 0.25])
    np.savez(tmp_path / "a.npz", obs_mean=mean, obs_var=variance)
    monkeypatch.setattr(shipped, "path_of", lambda name: tmp_path / f"{name}.npz")
    given = with_given_statistics(task, "zoo:a").given
    np.testing.assert_allclose(given.mean, mean)


def test_an_entry_needs_no_import(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert execute(import_dataset.COMMAND, [f"zoo:{NAME}", "--task=gymnax/CartPole-v1"]) == 2
    assert f"--data=zoo:{NAME}: an artifact already" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_all_searches_that_led_to_an_entry_are_found_in_turn():
    names = [each.name for each in hadax.zoo.searches_of("brax/halfcheetah")]
    assert names[0] == "brax/halfcheetah@begin"
    assert names[-1] == "brax/halfcheetah"
    assert len(names) == 5
    assert [each.name for each in hadax.zoo.searches_of("gymnax/CartPole-v1")] == [
        "gymnax/CartPole-v1"
    ]


def test_a_learning_curve_counts_the_steps_of_all_searches_before():
    chain = hadax.zoo.searches_of("brax/halfcheetah")
    curve = whole_curve(chain[-1])
    steps = [step for step, _ in curve]
    assert steps == sorted(steps)
    before = sum(each.search.environment_steps for each in chain[:-1])
    # A search that its budget ended may have gone on for a while after its last evaluation.
    assert before < steps[-1] <= before + chain[-1].search.environment_steps


def test_a_learning_curve_is_of_searches_with_episodes_of_one_length():
    chain = hadax.zoo.searches_of("brax/humanoidstandup@hidden")
    lengths = [hadax.zoo.load(each.name).header.task.options["horizon"] for each in chain]
    assert lengths == [250, 1000, 450, 400, 1000, 1000]
    ends = np.cumsum([each.search.environment_steps for each in chain])
    steps = [step for step, _ in whole_curve(chain[-1])]
    assert ends[0] < min(steps), "returns of 250 steps are not beside those of 1000"
    assert not [step for step in steps if ends[1] < step <= ends[3]]
    assert ends[4] < max(steps) <= ends[5]


def test_a_run_is_published_beside_whole_episodes_alone():
    found = hadax.zoo.load("brax/hopper")
    assert published_beside(found) is not None
    assert published_beside(found.with_task(horizon=250)) is None


def test_what_it_scores_for_another_learner_or_task_is_not_known(tmp_path):
    found = hadax.zoo.load(NAME)
    for changed in (found.with_learner(width=512), found.with_task(horizon=20)):
        assert (changed.score, changed.header.played) == (None, None)
        assert "not measured" in repr(changed)
        assert hadax.load(changed.save(tmp_path / "changed.safetensors")).score is None
    assert found.with_learner(width=64).score == found.score


def test_a_name_without_zoo_before_it_is_understood(capsys):
    with pytest.raises(ArtifactError, match=f"no such file; did you mean zoo:{NAME}"):
        hadax.load(NAME)
    assert execute(evaluate.COMMAND, [NAME]) == 2
    assert capsys.readouterr().err.count("did you mean") == 1


@pytest.mark.parametrize("name", hadax.zoo.names())
def test_an_entry_s_file_says_what_it_began_from_as_its_command_does(name):
    entry, header = hadax.zoo.entry(name), hadax.zoo.load(name).header
    words = dict(word.split("=", 1) for word in entry.search.command.split()[1:])
    assert header.further.get("init_from") == words.get("--init_from")
    assert header.task.normalizer_from == words.get("--normalizer_from")
    for origin in (words.get("--init_from"), words.get("--normalizer_from")):
        assert origin is None or origin.removeprefix("zoo:") in hadax.zoo.names()
