"""What a result cannot be saved as, and what no learner is, is refused at once."""

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


def test_an_entry_of_the_zoo_is_no_file(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"^zoo:mine: an entry of the zoo; name a file to write"):
        found.save("zoo:mine")
    assert list(tmp_path.iterdir()) == []


def test_a_learner_that_there_is_not_is_refused_before_it_is_asked_for_networks():
    found = hadax.zoo.load("gymnax/CartPole-v1")
    with pytest.raises(ConfigError, match="learner=gradiant"):
        found.with_learner(learner="gradiant")
    with pytest.raises(ConfigError, match="network=cmn"):
        found.with_learner(network="cmn")
