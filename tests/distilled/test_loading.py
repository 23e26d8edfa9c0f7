"""What a result is loaded from: a path, the zoo, its bytes, an open file; anything else is told."""

import io

import numpy as np
import pytest

import hadax
from hadax.core.errors import ArtifactError, ConfigError, UsageError
from hadax.distilled.files.places import file_at

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
