"""What a result is loaded from: a path, the zoo, its bytes, an open file; anything else is told."""

import dataclasses
import io

import numpy as np
import pytest

import hadax
from hadax.core.errors import ArtifactError, ConfigError, UsageError
from hadax.distilled.files.places import file_at
from hadax.distilled.merged.header import Merge
from hadax.launch.search.presenting.origin import command_that_found

NAME = "gymnax/CartPole-v1"
PATH = file_at(f"zoo:{NAME}")
RAW = PATH.read_bytes()


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_content_is_loaded_as_its_file_is(kind):
    loaded, there = hadax.load(kind(RAW)), hadax.load(PATH)
    assert loaded.header == there.header
    np.testing.assert_array_equal(loaded.dataset.inputs, there.dataset.inputs)
    assert hadax.load_dataset(kind(RAW)).score == there.score


def test_an_open_file_is_loaded_once_it_is_binary():
    with PATH.open("rb") as file:
        assert hadax.load(file).header == hadax.load(PATH).header
        with pytest.raises(ArtifactError, match=r"^content: not a whole safetensors file"):
            hadax.load(file)
    with pytest.raises(ArtifactError, match=r"^content: cannot be read \(read of closed file\)$"):
        hadax.load(file)
    with pytest.raises(ConfigError, match=r"^path=.*, or a file opened as binary$"):
        hadax.load(io.StringIO("text"))


@pytest.mark.parametrize("given", [None, 3, 1.5, [PATH], {"path": PATH}, hadax, np.zeros(4)])
@pytest.mark.parametrize("load", [hadax.load, hadax.load_dataset, hadax.load_policy])
def test_what_is_neither_path_nor_content_is_refused_in_a_line(load, given):
    expected = "must be a path, the bytes of a file, or a file opened as binary"
    with pytest.raises(ConfigError, match=rf"^path=.*: {expected}$"):
        load(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "an empty path; name a .safetensors file, or zoo: and an entry"),
        (
            "https://there.org/a.safetensors",
            "https://there.org/a.safetensors: an address, not a path; fetch the file and name that",
        ),
        ("there/no/file", "there/no/file: no such file"),
    ],
)
def test_what_leads_to_no_file_is_told_as_it_was_given(given, said):
    with pytest.raises(UsageError) as refused:
        hadax.load(given)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("versions", "hint"),
    [({}, ""), ({"lab-x": "0.1"}, "; install lab-x 0.1, which it was made with")],
)
def test_a_task_whose_package_is_missing_says_what_to_install(versions, hint, tmp_path):
    found = hadax.load(PATH)
    task = dataclasses.replace(found.header.task, task="labx/gone")
    versions = {**found.header.versions, **versions}
    header = dataclasses.replace(found.header, task=task, versions=versions)
    path = dataclasses.replace(found, header=header).save(tmp_path / "gone.safetensors")
    with pytest.raises(ArtifactError) as refused:
        hadax.load(path)
    own = "or give the task itself: hadax.load(path, task=...)"
    listed = "no such task; hadax.tasks.names() lists all"
    said = f"does not fit task labx/gone: task=labx/gone: {listed}{hint}, {own}"
    assert str(refused.value) == f"{path}: {said}"


@pytest.mark.parametrize("cut", [0, 8, 100, len(RAW) - 1])
def test_content_that_is_not_whole_is_refused_in_a_line(cut):
    with pytest.raises(ArtifactError, match=r"^content: not a whole safetensors file"):
        hadax.load(RAW[:cut])


def test_content_of_the_other_kind_is_not_quoted():
    with pytest.raises(ArtifactError, match=r"^content: holds a dataset, which trains policies"):
        hadax.load_policy(RAW)


def test_a_task_is_given_by_its_name_too(tmp_path):
    loaded = hadax.load(PATH, task=NAME)
    assert loaded.task.options == hadax.load(PATH).task.options
    assert loaded.fit(0).act(np.zeros(4)) == hadax.load(PATH).fit(0).act(np.zeros(4))
    merged = hadax.merge([PATH, PATH], networks=1, episodes=1, inner_steps=1)
    given = hadax.load(merged.save(tmp_path / "two.safetensors"), {merged.names[1]: NAME})
    assert given.names == merged.names


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3, "task=int: lacks input_shape, target, "),
        (hadax.ControlTask, "task=ControlTask: a class, must be an object"),
        ("gymnax/CartPole-v0", "task=gymnax/CartPole-v0: no such task; did you mean gymnax/CartP"),
    ],
)
def test_what_is_no_task_is_told_as_it_was_given(given, said):
    for load in (hadax.load, hadax.load_dataset, hadax.load_policy):
        with pytest.raises(ConfigError) as refused:
            load(PATH, task=given)
        assert str(refused.value).startswith(said)


def test_a_task_of_other_shapes_is_named_with_them(tmp_path):
    expected = "inputs of shape (4,), but {} has (3,)"
    made = hadax.make("gymnax/Pendulum-v1")
    for given, name in (("gymnax/Pendulum-v1",) * 2, (made, "gymnax/Pendulum-v1")):
        with pytest.raises(ArtifactError) as refused:
            hadax.load(PATH, task=given)
        assert str(refused.value) == f"{PATH}: {expected.format(name)}"
    with pytest.raises(ArtifactError) as refused:
        hadax.load(PATH, task=hadax.ControlTask(made.environment))
    assert str(refused.value) == f"{PATH}: {expected.format('ControlTask')}"


@pytest.mark.parametrize("load", [hadax.load, hadax.load_dataset, hadax.zoo.load])
def test_another_task_than_the_files_is_named_in_place_of_it_and_unmeasured(load, tmp_path):
    source = NAME if load is hadax.zoo.load else PATH
    short = load(source, task=hadax.make(NAME, horizon=50))
    assert (short.header.task.task, short.header.task.options["horizon"]) == (NAME, 50)
    assert (short.score, short.header.played) == (None, None)
    assert short.with_task(normalizer="none").task.environment.horizon == 50
    again = load if load is not hadax.zoo.load else hadax.load
    assert again(short.save(tmp_path / "short.safetensors")).task.environment.horizon == 50


def test_the_files_own_task_keeps_its_scores_however_it_is_made(tmp_path):
    there = hadax.load(PATH)
    for own in (NAME, hadax.make(NAME), there.task, hadax.make(NAME, horizon="500")):
        assert hadax.load(PATH, task=own).header == there.header
    nameless = dataclasses.replace(hadax.make("analytic/linear_quadratic"), episodes=3)
    small = {"generations": 1, "population": 4, "width": 4, "inner_steps": 2, "score_networks": 1}
    found = hadax.distill(nameless, progress=False, **small)
    path = found.save(tmp_path / "nameless.safetensors")
    assert hadax.load(path, task=nameless).header == found.header


def test_a_task_without_a_name_in_place_of_one_that_has_a_name_goes_by_its_kind():
    nameless = dataclasses.replace(hadax.make(NAME), episodes=3)
    loaded = hadax.load(PATH, task=nameless)
    assert (loaded.header.task.task, loaded.score) == ("ControlTask", None)
    with pytest.raises(ConfigError, match="task=ControlTask: no such task"):
        loaded.with_task(horizon=50)


def test_a_policys_task_is_named_too(tmp_path):
    name = "analytic/linear_quadratic"
    small = {"generations": 1, "population": 4, "width": 4, "score_networks": 1}
    path = hadax.neuroevolve(name, progress=False, **small).save(tmp_path / "p.safetensors")
    loaded = hadax.load_policy(path, task=hadax.make(name, horizon=7))
    assert (loaded.header.task.options["horizon"], loaded.score) == (7, None)
    nameless = dataclasses.replace(hadax.make(name), episodes=3)
    command = command_that_found(hadax.load_policy(path).header)
    assert f"--task={name}" in command
    assert command_that_found(hadax.load_policy(path, task=nameless).header) == command


def test_parts_of_a_merged_file_are_unmeasured_on_other_tasks(tmp_path):
    merged = hadax.merge([PATH, PATH], networks=1, episodes=1, inner_steps=1)
    path = merged.save(tmp_path / "two.safetensors")
    assert hadax.load(path, {merged.names[1]: NAME}).header == hadax.load(path).header
    given = hadax.load(path, {merged.names[1]: hadax.make(NAME, horizon=50)})
    assert given.parts[0].score == merged.parts[0].score
    assert (given.score, given.parts[1].score) == (None, None)
    section = Merge.of(hadax.load(given.save(tmp_path / "other.safetensors")).header)
    assert section.scores == ()
    assert section.documents[1]["config"]["task"]["options"]["horizon"] == 50
    whole, tasks = given.measure(0, networks=1, episodes=1)
    assert np.isnan(whole.mean)
    assert tasks[merged.names[1]].mean <= 50
