"""Searches that start from a file."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from flax import struct

import hadax
from hadax.core.errors import ConfigError, UsageError
from hadax.core.settings.config import DistillationConfig
from hadax.distilled.starts.initial import initial_examples
from hadax.launch import distill, neuroevolve
from hadax.launch.commandline.command import execute
from hadax.launch.search.build import build_objective, build_task
from hadax.launch.search.config import DISTILL, NEUROEVOLVE
from hadax.launch.search.resolve import resolve

GENERATOR = np.random.default_rng(0)
INPUTS = GENERATOR.normal(size=(4, 3)).astype(np.float32)
TARGETS = GENERATOR.normal(size=(4, 2)).astype(np.float32)


@pytest.fixture
def examples(tmp_path):
    path = tmp_path / "examples.npz"
    np.savez(path, inputs=INPUTS, targets=TARGETS)
    return str(path)


def objective(verb, **settings):
    given = {"task": "analytic/linear_regression", "depth": 0, **settings}
    config = resolve(verb, given, "none").config
    return build_objective(config, build_task(config.task))


def test_a_search_starts_from_the_examples_in_a_file(examples):
    made = objective(DISTILL, init_from=examples)
    start = made.parametrization.decode(made.prototype(jax.random.key(0)))
    np.testing.assert_array_equal(start.inputs, INPUTS)
    np.testing.assert_array_equal(start.targets, TARGETS)


def test_fewer_examples_are_split_and_another_seed_splits_them_otherwise(examples):
    one, other = (
        objective(DISTILL, init_from=examples, dataset_size=8, seed=seed).initial for seed in (0, 1)
    )
    np.testing.assert_array_equal(one.inputs[:4], INPUTS)
    np.testing.assert_allclose(one.inputs[4:], INPUTS, atol=0.1)
    assert not np.array_equal(one.inputs[4:], other.inputs[4:])


@pytest.fixture
def images(tmp_path):
    """As many files of digits, one of each class, as asked for."""

    def write(each):
        path, classes = tmp_path / f"{each}.npz", np.arange(10 * each) % 10
        pixels = GENERATOR.uniform(size=(10 * each, 8, 8, 1)).astype(np.float32)
        np.savez(path, inputs=pixels, targets=np.eye(10, dtype=np.float32)[classes])
        return str(path)

    return write


DIGITS = {"task": "supervised/digits", "learn_labels": True, "parametrization": "multi"}


def test_plain_images_fill_a_slot_each_or_share_one_by_four(images):
    options = {**DIGITS, "images_per_class": 1, "components": 16, "std": 0.01}
    filled, shared = (objective(DISTILL, init_from=images(each), **options) for each in (1, 4))
    for made in (filled, shared):
        assert made.initial.inputs.shape == (40, 8, 8, 1)
    taught = np.argmax(filled.initial.targets, axis=1)
    assert taught.tolist() == np.repeat(np.arange(10), 4).tolist()
    quarters = np.asarray(filled.initial.inputs).reshape(10, 4, 8, 8)
    spread = np.ptp(quarters, axis=1)
    assert 0 < spread.mean() < 0.01
    assert np.argmax(shared.initial.targets, axis=1).tolist() == list(range(10)) * 4


def test_more_slots_go_on_from_those_of_a_file_and_leave_them_as_they_are(tmp_path):
    few, more = {**DIGITS, "dataset_size": 1}, {**DIGITS, "dataset_size": 5}
    size = {"components": 16, "width": 8, "inner_steps": 2, "generations": 1, "population": 4}
    found = hadax.distill(preset="none", progress=False, score_networks=1, **few, **size)
    found.save(tmp_path / "one.safetensors")
    made = objective(DISTILL, init_from=str(tmp_path / "one.safetensors"), **more, components=16)
    assert made.initial.inputs.shape == (20, 8, 8, 1)
    np.testing.assert_array_equal(made.initial.inputs[:4], found.dataset.inputs)


def test_labels_come_with_the_examples(tmp_path):
    path, states = tmp_path / "two.npz", np.ones((2, 4), np.float32)
    np.savez(path, inputs=states, targets=np.array([1, 0]))
    made = objective(DISTILL, task="gymnax/CartPole-v1", init_from=str(path), dataset_size=4)
    start = made.parametrization.decode(made.prototype(jax.random.key(0)))
    assert np.argmax(start.targets, axis=1).tolist() == [1, 0, 1, 0]


def test_what_does_not_fit_is_refused_in_one_line(distil, examples, tmp_path, capsys):
    other = tmp_path / "other.npz"
    np.savez(other, inputs=np.zeros((4, 5)), targets=np.zeros((4, 2)))
    for flags, words in (
        ((f"--init_from={examples}", "--dataset_size=3"), "--dataset_size=3: " + examples),
        ((f"--init_from={other}",), "inputs of shape (5,) and targets of shape (2,), but"),
        (("--init_from=nowhere.safetensors",), "nowhere.safetensors: no such file"),
    ):
        assert distil(*flags) == 2
        error = capsys.readouterr().err
        assert words in error
        assert error.count("\n") == 1
        assert not (tmp_path / "run").exists()


def test_a_found_dataset_and_a_found_policy_are_starts_of_their_own_kind(
    distil, tiny, tmp_path, capsys
):
    assert distil() == 0
    flags = [flag for flag in tiny if not flag.startswith("--inner")]
    assert execute(neuroevolve.COMMAND, [*flags, f"--workdir={tmp_path / 'evolved'}"]) == 0
    dataset = tmp_path / "run" / "dataset.safetensors"
    policy = tmp_path / "evolved" / "policy.safetensors"

    found = hadax.load_dataset(dataset).dataset
    start = objective(DISTILL, init_from=str(dataset), width=8, depth=2).initial
    np.testing.assert_array_equal(start.inputs, found.inputs)
    weights = hadax.load_policy(policy).policy.weights
    evolving = objective(NEUROEVOLVE, init_from=str(policy), width=8, depth=2)
    prototype = evolving.prototype(jax.random.key(0))
    for one, other in zip(*map(jax.tree.leaves, (prototype, weights)), strict=True):
        np.testing.assert_array_equal(one, other)

    for verb, path, width, words in (
        (DISTILL, policy, 8, "holds a policy; distillation starts from a dataset"),
        (NEUROEVOLVE, dataset, 8, "holds a dataset; neuroevolution starts from a policy"),
        (NEUROEVOLVE, policy, 16, "does not fit this network: "),
    ):
        with pytest.raises(UsageError, match=words):
            objective(verb, init_from=str(path), width=width, depth=2)
    again = tmp_path / "again"
    assert distil(f"--init_from={dataset}", "--dataset_size=6", workdir=again) == 0
    assert hadax.load_dataset(again / "dataset.safetensors").dataset.size == 6
    assert capsys.readouterr().err.count("Traceback") == 0


def test_npz_is_no_start_for_weights(examples):
    with pytest.raises(UsageError, match="holds examples; neuroevolution starts from a policy"):
        objective(NEUROEVOLVE, init_from=examples)


def test_running_statistics_go_on_from_those_of_the_start(tmp_path, capsys):
    task = ("--task=analytic/linear_quadratic", "--preset=none", "--width=8", "--inner_steps=5")
    small = ("--generations=2", "--population=4", "--keep_best=0", "--pictures=false")

    def search(workdir, *flags):
        flags = (*task, *small, *flags, f"--workdir={tmp_path / workdir}")
        assert execute(distill.COMMAND, flags) == 0
        return tmp_path / workdir / "dataset.safetensors"

    seen = search("first", "--normalizer=running")
    was = hadax.load(seen).state
    same = {"task": "analytic/linear_quadratic", "init_from": str(seen)}
    begun = objective(DISTILL, normalizer="running", **same).task.init(jax.random.key(0))
    assert begun.count == was.count > 10
    np.testing.assert_allclose(begun.mean, was.mean)
    np.testing.assert_allclose(begun.squares, was.squares, rtol=1e-6)
    further = hadax.load(search("second", "--normalizer=running", f"--init_from={seen}")).state
    assert float(further.count) == pytest.approx(2 * float(was.count), rel=0.2)

    with pytest.raises(UsageError, match="inputs of shape"):
        objective(DISTILL, normalizer="running", init_from=str(seen), task="gymnax/Pendulum-v1")
    with pytest.raises(UsageError, match="neuroevolution starts from a policy"):
        objective(NEUROEVOLVE, normalizer="running", **same)
    other = objective(DISTILL, normalizer="per_policy", **same).task.init(jax.random.key(0))
    assert other.count == 1
    for name, flags in {
        "third": ("--normalizer=constant", f"--normalizer_from={seen}"),
        "fourth": ("--normalizer=per_policy",),
    }.items():
        found = search(name, *flags)
        came = hadax.load(found).state
        planned = objective(DISTILL, task=same["task"], init_from=str(found), normalizer="running")
        begun = planned.task.init(jax.random.key(0))
        assert begun.count == came.count
        np.testing.assert_allclose(begun.mean, came.mean)
        assert np.any(begun.mean != 0)
    unseen = search("fifth", "--normalizer=none")
    anew = objective(DISTILL, task=same["task"], init_from=str(unseen), normalizer="running").task
    assert anew.init(jax.random.key(0)).count == 1
    given = objective(DISTILL, normalizer="running", normalizer_from=str(seen), task=same["task"])
    np.testing.assert_allclose(given.task.init(jax.random.key(0)).mean, was.mean)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (lambda own: replace(own, inputs=own.inputs[:3]), r"inputs \(3, 3\), must be \(4, 3\)"),
        (lambda own: replace(own, inputs=own.inputs[:, :2]), r"inputs \(4, 2\), must be \(4, 3\)"),
        (lambda own: replace(own, targets=own.targets[:, 0]), r"targets \(4,\), must be \(4, 2\)"),
        (lambda own: (own.inputs, own.targets), "must give a hadax.Dataset"),
        (lambda own: {}["size"], r"fails: KeyError: 'size' \(test_initial.py, line \d+\)"),
    ],
)
def test_a_dataset_of_another_size_than_was_asked_for_is_refused(regression, key, give, words):
    @struct.dataclass
    class Odd(type(regression)):
        def initial_dataset(self, key, size):
            return give(super().initial_dataset(key, size))

    task = Odd(regression.weights)
    with pytest.raises(ConfigError, match=f"^task=mine: its initial_dataset .*{words}$"):
        initial_examples(DistillationConfig(dataset_size=4), None, "mine", task, key)
