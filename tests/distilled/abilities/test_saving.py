"""What a result cannot be saved as, and what no learner is, is refused at once."""

import copy
import pickle

import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError, UsageError

SMALL = {"generations": 1, "population": 4, "score_networks": 1, "progress": False}


@pytest.fixture(scope="module", params=["dataset", "policy"])
def found(request):
    """A dataset, and a policy whose weights were evolved."""
    search = hadax.distill if request.param == "dataset" else hadax.neuroevolve
    return search("analytic/linear_regression", preset="none", **SMALL)


@pytest.mark.parametrize("place", ["", "."])
def test_a_folder_is_no_file(found, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"a folder; name a file in it, as dataset\.safetensors"):
        found.save(place)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_a_line(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as refused:
        found.save("gone/x.safetensors")
    assert str(refused.value) == "gone/x.safetensors: there is no folder gone"
    if isinstance(found, hadax.Distilled):
        with pytest.raises(UsageError, match=r"^gone/x\.npz: there is no folder gone$"):
            found.export("gone/x.npz")
    assert list(tmp_path.iterdir()) == []


def test_an_entry_of_the_zoo_is_no_file(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"^zoo:mine: an entry of the zoo; name a file to write"):
        found.save("zoo:mine")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".npz", ".CSV", ".parquet"])
def test_what_an_export_writes_is_no_name_of_an_artifact(found, ending, tmp_path):
    with pytest.raises(UsageError) as refused:
        found.save(tmp_path / f"d{ending}")
    said = f"export writes {ending.lower()}; save writes .safetensors"
    assert str(refused.value) == f"{tmp_path / 'd'}{ending}: {said}"
    assert list(tmp_path.iterdir()) == []
    for name in ("d", "d.v2", "d.SAFETENSORS"):
        assert hadax.load(found.save(tmp_path / name)).header == found.header


@pytest.mark.parametrize("task", ["gymnax/CartPole-v1", "supervised/digits"])
@pytest.mark.filterwarnings("ignore:these inputs do not look like images")
def test_no_result_is_pickled_and_it_says_what_to_do(task):
    one = hadax.zoo.load(task)
    for kept in (one, hadax.merge([one, one], networks=1, episodes=1, inner_steps=1)):
        with pytest.raises(TypeError) as refused:
            pickle.dumps(kept)
        assert str(refused.value) == (
            f"{type(kept).__name__} cannot be pickled: save it as a file, and give that or its"
            " bytes to hadax.load"
        )
        for copied in (copy.copy, copy.deepcopy):
            other = copied(kept)
            assert other is not kept
            assert repr(other) == repr(kept)
            np.testing.assert_array_equal(other.dataset.inputs, kept.dataset.inputs)
            zeros = np.zeros((1, *kept.task.input_shape))
            np.testing.assert_array_equal(other.fit(0)(zeros), kept.fit(0)(zeros))


def test_a_policy_is_not_pickled_either():
    found = hadax.neuroevolve("analytic/linear_regression", preset="none", **SMALL)
    with pytest.raises(TypeError, match=r"^Evolved cannot be pickled: save it as a file"):
        pickle.dumps(found)


def test_a_learner_that_there_is_not_is_refused_before_it_is_asked_for_networks():
    found = hadax.zoo.load("gymnax/CartPole-v1")
    with pytest.raises(ConfigError, match="learner=gradiant"):
        found.with_learner(learner="gradiant")
    with pytest.raises(ConfigError, match="network=cmn"):
        found.with_learner(network="cmn")
