"""Pairs that somebody edits: a file has them as they are, or says why it cannot."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError, UsageError
from hadax.core.settings.config import DistillationConfig
from hadax.core.storage.artifact import Artifact
from hadax.distilled.loading import revive

NAME = "analytic/linear_regression"
INPUTS = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
TARGETS = INPUTS[:, :2]


@pytest.fixture(scope="module")
def found(distilled_of):
    made = distilled_of(NAME, INPUTS, TARGETS)
    score = hadax.Score(1.0, 0.5, 2, 0)
    further = {"verb": "distill"}
    header = dataclasses.replace(made.header, score=score, generation=3, further=further)
    return dataclasses.replace(made, header=header)


@pytest.fixture(scope="module")
def slotted():
    """Three images that hold four digits each."""
    header = hadax.zoo.load("supervised/digits").header
    distillation = DistillationConfig(dataset_size=3, parametrization="multi")
    slots = np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype(np.float32)
    state = {"task_state/mean": np.zeros(1, np.float32), "task_state/std": np.ones(1, np.float32)}
    pairs = {"inputs": slots, "targets": np.eye(12, 10, dtype=np.float32)}
    slotted = dataclasses.replace(header, distillation=distillation)
    return revive("it", slotted, Artifact({}, {**pairs, **state}))


def again(result, folder):
    return hadax.load(result.save(folder / "edited.safetensors"))


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64, list, jnp.asarray])
def test_other_pairs_are_kept_whatever_holds_them(found, tmp_path, kind):
    def held(array):
        array = np.round(array[:5])
        return array.tolist() if kind is list else kind(array)

    edited = found.with_dataset(hadax.Dataset(held(INPUTS), held(TARGETS)))
    assert (edited.score, edited.header.examples, edited.header.generation) == (None, 5, 0)
    assert edited.header.further == {}
    assert edited.evaluate(0, networks=1).networks == 1
    kept = again(edited, tmp_path)
    assert kept.header == edited.header
    np.testing.assert_array_equal(kept.dataset.inputs, np.round(INPUTS[:5]))
    by_hand = dataclasses.replace(found, dataset=hadax.Dataset(held(INPUTS), held(TARGETS)))
    kept = again(by_hand, tmp_path)
    assert kept.header.examples == 5
    np.testing.assert_array_equal(kept.dataset.targets, np.round(TARGETS[:5]))


def test_pairs_in_slots_leave_them_when_they_are_edited(slotted, tmp_path):
    assert again(slotted, tmp_path).header.examples == slotted.dataset.size
    darker = dataclasses.replace(slotted.dataset, inputs=slotted.dataset.inputs * 0)
    with pytest.raises(UsageError, match=r"not those in its slots; with_dataset\(dataset\) gives"):
        dataclasses.replace(slotted, dataset=darker).save(tmp_path / "a.safetensors")
    few = hadax.Dataset(slotted.dataset.inputs[:8] * 0, slotted.dataset.targets[:8])
    for edited in (
        slotted.with_dataset(few),
        dataclasses.replace(slotted, dataset=few, slots=None),
    ):
        kept = again(edited, tmp_path)
        assert (kept.header.examples, kept.slots) == (8, None)
        assert not np.asarray(kept.dataset.inputs).any()


@pytest.mark.parametrize(
    ("inputs", "targets", "words"),
    [
        (INPUTS[:5], TARGETS, r"inputs \(5, 3\) and targets \(6, 2\), must be \(size, 3\) and"),
        (INPUTS[:, :2], TARGETS, r"inputs \(6, 2\)"),
        (INPUTS[:0], TARGETS[:0], r"inputs \(0, 3\)"),
        (np.float32(1), TARGETS, r"inputs \(\) and"),
        ([["a"] * 3] * 6, TARGETS, "inputs are no array of numbers"),
    ],
)
def test_what_is_no_pairs_of_the_task_is_refused_wherever_it_is_given(
    found, tmp_path, inputs, targets, words
):
    dataset = hadax.Dataset(inputs, targets)
    with pytest.raises(UsageError, match=f"^dataset: .*{words}"):
        found.with_dataset(dataset)
    with pytest.raises(UsageError, match=f"^dataset: .*{words}"):
        dataclasses.replace(found, dataset=dataset).save(tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_what_else_teaches_nothing_is_refused(found, tmp_path):
    rated = hadax.Dataset(INPUTS, TARGETS, jnp.float32(2))
    with pytest.raises(UsageError, match=r"with_learner\(inner_lr=...\) sets the rate"):
        found.with_dataset(rated)
    with pytest.raises(UsageError, match=r"with_learner\(inner_lr=...\) sets the rate"):
        dataclasses.replace(found, dataset=rated).save(tmp_path / "a.safetensors")
    broken = np.where(np.arange(6)[:, None] == 4, np.nan, INPUTS)
    with pytest.raises(UsageError, match=r"dataset: inputs\[4, 0\] is no finite float32 number"):
        found.with_dataset(hadax.Dataset(broken, TARGETS))
    with pytest.raises(ConfigError, match=r"must be a hadax\.Dataset"):
        found.with_dataset(INPUTS)


def test_pairs_of_a_merged_dataset_are_edited_in_its_parts(tmp_path):
    part = hadax.zoo.load("gymnax/CartPole-v1")
    merged = hadax.merge([part, part], networks=1, episodes=1, inner_steps=1)
    nothing = dataclasses.replace(merged.dataset, inputs=merged.dataset.inputs * 0)
    with pytest.raises(UsageError, match=r"its parts': part.with_dataset\(dataset\), then"):
        merged.with_dataset(nothing)
    with pytest.raises(UsageError, match=r"its parts': part.with_dataset\(dataset\), then"):
        dataclasses.replace(merged, dataset=nothing).save(tmp_path / "a.safetensors")
    assert again(merged, tmp_path).header == merged.header
