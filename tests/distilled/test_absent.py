"""What one kind of result has and another has not."""

import copy
import pickle

import jax
import pytest

import hadax
from hadax.core.errors import UsageError
from hadax.distilled.absent import AbsentError

TASK = "analytic/linear_regression"
SMALL = {"generations": 1, "population": 4, "score_networks": 2, "progress": False}


@pytest.fixture(scope="module")
def kinds():
    """One result of every kind, and the networks that they give, by the name of its class."""
    dataset = hadax.distill(TASK, depth=1, **SMALL)
    evolved = hadax.neuroevolve(TASK, depth=0, **SMALL)
    merged = hadax.merge([dataset, dataset], networks=2)
    made = [dataset, evolved, merged, dataset.fit(seed=0), merged.fit(seed=0)]
    return {type(each).__name__: each for each in made}


def test_whatever_another_kind_has_is_told_of_and_is_not_there(kinds):
    # Flax's dataclasses are given a `replace`, which is no ability of a result.
    names = {name for each in kinds.values() for name in dir(each)} - {"replace"}
    for each in kinds.values():
        for name in sorted(name for name in names if not name.startswith("_")):
            if name in dir(each):
                continue
            assert not hasattr(each, name)
            with pytest.raises(AbsentError, match=rf"^an? [a-z ]+ has no {name}: [^\n]+$"):
                getattr(each, name)


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("Evolved", "fit", "its weights need no training; it acts itself: call act, or player"),
        ("Evolved", "with_learner", "its weights fit their own network alone"),
        ("Evolved", "with_dataset", "weights in place of pairs"),
        ("Evolved", "export", "save writes its weights"),
        ("Distilled", "act", r"fit\(seed=0\) trains one"),
        ("Distilled", "for_task", "hadax.merge makes one of several"),
        ("TrainedPolicy", "evaluate", "a dataset or an evolved policy"),
        ("MergedPolicy", "fit", "it is trained"),
    ],
)
def test_it_says_what_is_right(kinds, kind, name, words):
    with pytest.raises(UsageError, match=words):
        getattr(kinds[kind], name)


def test_what_no_kind_has_is_told_of_in_pythons_words(kinds):
    for name, each in kinds.items():
        with pytest.raises(AttributeError, match=f"'{name}' object has no attribute 'colour'"):
            _ = each.colour
        assert getattr(each, "colour", None) is None


def test_a_property_that_fails_is_told_of_in_its_own_words(kinds, monkeypatch):
    monkeypatch.setattr(hadax.Distilled, "score", property(lambda self: self.header.colour))
    with pytest.raises(AttributeError, match="'Header' object has no attribute 'colour'"):
        _ = kinds["Distilled"].score


def test_networks_are_pytrees_and_results_say_why_they_are_no_pickles(kinds):
    network = kinds["TrainedPolicy"]
    assert type(jax.tree.map(lambda leaf: leaf, network)) is type(network)
    for each in kinds.values():
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(each)


def test_every_result_can_be_copied(kinds):
    for each in kinds.values():
        assert type(copy.deepcopy(each)) is type(copy.copy(each)) is type(each)
