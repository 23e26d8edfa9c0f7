"""Artifacts of hadax 0.1: read, upgraded, and still as good as they say."""

from pathlib import Path

import numpy as np
import pytest

import hadax
from hadax.core.settings.config import DistillationConfig, StrategyConfig
from hadax.core.settings.pace import Pace
from hadax.core.settings.views import from_json, replaced
from hadax.distilled.files.header import FORMAT, parse
from hadax.distilled.score import Score
from hadax.learners.config import LearnerConfig
from hadax.tasks.config import TaskConfig

DATA = Path(__file__).parents[2] / "data"

# As `dataclasses.asdict` of the old Description gave it.
DOCUMENT = {
    "format": 1,
    "kind": "dataset",
    "task": "analytic/linear_regression",
    "task_options": {"batch": 16},
    "learner": {"width": 8, "filters": [4, 5], "inner_lr": 0.1, "loss": "mean_squared_error"},
    "policy_init": "fixed",
    "init_key": [1, 2],
    "seed": 3,
    "search": {
        "dataset_size": 2,
        "generations": 7,
        "inits_per_candidate": 3,
        "learn_labels": None,
        "policy_init": "fixed",
        "population": 32,
        "seed": 3,
        "std": 0.5,
    },
    "versions": {"hadax": "0.1.0"},
    "score": {"mean": 1.5, "std": 0.25, "networks": 32, "episodes": 8, "metric": "fitness"},
}


def test_every_setting_is_found_again():
    header = parse(DOCUMENT)
    assert header.kind == "dataset"
    assert header.task == TaskConfig("analytic/linear_regression", {"batch": 16})
    learner = {"width": 8, "filters": (4, 5), "inner_lr": 0.1, "loss": "mean_squared_error"}
    assert header.learner == replaced(LearnerConfig(), learner)
    assert header.distillation == DistillationConfig(
        dataset_size=2, policy_init="fixed", inits_per_candidate=3
    )
    assert header.seed == 3
    assert header.init_key == (1, 2)
    assert header.versions == {"hadax": "0.1.0"}
    assert header.score == Score(1.5, 0.25, 32, 8)
    assert from_json(Pace, header.further["pace"]) == Pace(generations=7)
    strategy = StrategyConfig(population=32, std=0.5)
    assert from_json(StrategyConfig, header.further["strategy"]) == strategy


def test_it_is_written_anew_in_todays_format():
    header = parse(DOCUMENT)
    document = header.to_document()
    assert document["format"] == FORMAT
    assert parse(document) == header


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"surprise": 1}, "unexpected surprise"),
        ({"seed": "three"}, "seed"),
        ({"kind": "images"}, "kind images"),
        ({"learner": []}, "learner"),
        ({"learner": {"wdith": 8}}, "wdith"),
        ({"policy_init": "banana"}, "policy_init=banana"),
        ({"init_key": []}, "init_key"),
        ({"task_options": 3}, "int"),
        ({"search": 3}, "int"),
        ({"score": {"mean": 1.0}}, "std"),
    ],
)
def test_contradictory_documents_are_refused(change, words):
    with pytest.raises((ValueError, TypeError), match=words):
        parse({**DOCUMENT, **change})


@pytest.mark.parametrize("name", sorted(DOCUMENT.keys() - {"format"}))
def test_a_document_that_lacks_a_part_is_refused(name):
    with pytest.raises(ValueError, match=f"lacks {name}"):
        parse({key: value for key, value in DOCUMENT.items() if key != name})


@pytest.mark.parametrize("name", ["cartpole", "cartpole_fixed"])
def test_a_dataset_that_hadax_wrote_then_teaches_as_well_as_it_says(name):
    distilled = hadax.load_dataset(DATA / f"{name}_format_1.safetensors")
    assert distilled.score == Score(500.0, 0.0, 4, 2)
    assert distilled.evaluate(networks=4, episodes=2).mean > 450
    policy = distilled.fit(seed=0)
    assert policy.act(np.array([0, 0, -0.1, -0.1])) == 0, "falling to the left"
    assert policy.act(np.array([0, 0, 0.1, 0.1])) == 1, "falling to the right"


def test_a_policy_that_hadax_wrote_then_acts_as_well_as_it_says():
    policy = hadax.load_policy(DATA / "cartpole_policy_format_1.safetensors")
    assert policy.score == Score(9.375, pytest.approx(0.992, abs=1e-3), 1, 8)
    assert policy.evaluate(networks=4, episodes=8).mean == pytest.approx(9.375, abs=1)


def test_what_was_read_is_saved_in_todays_format(tmp_path):
    old = hadax.load_dataset(DATA / "cartpole_fixed_format_1.safetensors")
    new = hadax.load_dataset(old.save(tmp_path / "new.safetensors"))
    assert new.header == old.header
    np.testing.assert_array_equal(new.dataset.inputs, old.dataset.inputs)
    one, other = (each.evaluate(networks=2, episodes=1) for each in (old, new))
    assert one == other
