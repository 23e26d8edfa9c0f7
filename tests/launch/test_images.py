"""Images through the scripts: distilled, measured on the test split, compared, and looked at."""

import json
import shutil

import jax
import numpy as np
import pytest
from PIL import Image

import hadax
from hadax import tasks
from hadax.core.dataset import Dataset
from hadax.core.parametrizations.slots import as_slots
from hadax.distilled.export.card import card
from hadax.distilled.export.description import description_of
from hadax.distilled.export.pairs import pairs_of
from hadax.distilled.files.npz import read_npz
from hadax.distilled.transfer import architectures
from hadax.launch import distill, evaluate, import_dataset
from hadax.launch.commandline.command import execute
from hadax.launch.observers.snapshots import read_snapshots
from hadax.launch.search import run as search
from hadax.tasks.supervised.sources import digits, named

SMALL = (
    "--task=supervised/digits",
    "--preset=none",
    "--images_per_class=1",
    "--generations=4",
    "--population=8",
    "--width=16",
    "--depth=1",
    "--inner_optimizer=sgd",
    "--inner_lr=0.1",
    "--inner_steps=20",
    "--eval_batch=64",
    "--evaluate_every=1",
    "--checkpoint_every=2",
    "--score_networks=3",
    "--pictures=false",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished distillation of digits."""
    folder = tmp_path_factory.mktemp("images") / "run"
    assert execute(distill.COMMAND, [*SMALL, "--pictures", f"--workdir={folder}"]) == 0
    return folder


def measure(run, *flags):
    path = run / "dataset.safetensors"
    return execute(evaluate.COMMAND, [f"--dataset={path}", "--networks=2", *flags])


def test_the_score_is_the_accuracy_on_the_whole_test_split(run):
    loaded = hadax.load(run / "dataset.safetensors")
    score = loaded.header.score
    assert (score.metric, score.networks, score.episodes) == ("accuracy", 3, 0)
    assert score.mean > 0.6
    assert loaded.dataset.inputs.shape == (10, 8, 8, 1)
    told = {"normalizer": "constant", "eval_batch": 64, "init": "mean", "fitness": "cross_entropy"}
    assert loaded.header.task.options == told


def test_the_search_never_sees_the_test_split(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        digits, "load", lambda split, load=digits.load: seen.append(split) or load(split)
    )
    named._load.cache_clear()
    arguments = [*SMALL, "--generations=1", f"--workdir={tmp_path / 'run'}"]
    monkeypatch.setattr(search, "measured", lambda found, *_: found)
    assert execute(distill.COMMAND, arguments) == 0
    assert seen == ["train"]


def test_components_evolve_and_the_artifact_holds_plain_images(tmp_path):
    folder = tmp_path / "run"
    arguments = [*SMALL, "--parametrization=pca", "--components=12"]
    assert execute(distill.COMMAND, [*arguments, f"--workdir={folder}"]) == 0
    loaded = hadax.load(folder / "dataset.safetensors")
    assert loaded.dataset.inputs.shape == (10, 8, 8, 1)
    centre, directions = tasks.make("supervised/digits").principal_components(12)
    away = np.asarray(loaded.dataset.inputs) - centre
    inside = np.tensordot(np.tensordot(away, directions, ((1, 2, 3), (1, 2, 3))), directions, 1)
    assert np.allclose(away, inside, atol=1e-4)
    assert loaded.header.score.mean > 0.5


@pytest.fixture(scope="module")
def in_slots(tmp_path_factory):
    """A finished distillation of digits into slots."""
    folder = tmp_path_factory.mktemp("slots") / "run"
    flags = ["--parametrization=multi", "--components=8", "--learn_labels", "--generations=2"]
    assert execute(distill.COMMAND, [*SMALL, *flags, f"--workdir={folder}"]) == 0
    return folder


def test_the_artifact_keeps_slots_and_trains_on_their_examples(in_slots, tmp_path):
    path = in_slots / "dataset.safetensors"
    loaded = hadax.load(path)
    assert loaded.slots.shape == (10, 8, 8, 1)
    assert loaded.dataset.inputs.shape == (40, 8, 8, 1)
    assert loaded.dataset.targets.shape == (40, 10)
    assert loaded.header.distillation.dataset_size == 10
    assert loaded.to_artifact().arrays["inputs"].shape == (10, 8, 8, 1)
    assert loaded.save(tmp_path / "again.safetensors").read_bytes() == path.read_bytes()
    assert loaded.header.score.mean > 0.3
    assert "in 10 slots, 40 examples: " in repr(loaded)
    assert loaded.header.examples == 40


def test_an_export_is_of_the_examples_and_says_in_how_many_slots_they_were(in_slots, tmp_path):
    """Which is as much as an import can know: to it they are plain examples."""
    loaded = hadax.load(in_slots / "dataset.safetensors")
    path = loaded.export(tmp_path / "d.npz")
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert (settings["pairs"], settings["slots"]) == (40, 10)
    assert settings["arrays"]["inputs"].endswith(
        "; 4 in a row are the quarters of a slot, enlarged"
    )
    pairs = pairs_of(loaded)
    text = card(pairs, description_of(loaded, pairs, ""), "apache-2.0", "", "")
    assert "# supervised/digits in 10 slots, 40 examples\n" in text
    again = Dataset(*(read_npz(path)[name] for name in ("inputs", "targets")))
    assert np.allclose(as_slots(again).inputs, loaded.slots, atol=1e-4)


def test_pictures_show_the_slots(in_slots):
    loaded = hadax.load(in_slots / "dataset.safetensors")
    last = read_snapshots(in_slots / "snapshots")[-1]
    assert np.allclose(last.inputs, loaded.slots, atol=1e-4)
    assert last.targets.shape == (10, 10)
    assert "10 slots, 40 examples" in loaded._repr_html_()


def test_a_measurement_of_slots_says_so(in_slots, capsys):
    assert measure(in_slots) == 0
    said = capsys.readouterr().out
    assert "dataset for supervised/digits, 10 slots, 40 examples" in said


def test_a_learned_rate_is_the_artifacts_own(tmp_path, capsys):
    folder = tmp_path / "run"
    arguments = [*SMALL, "--learn_inner_lr", "--inner_lr=0.001", "--std=0.5", "--generations=6"]
    assert execute(distill.COMMAND, [*arguments, f"--workdir={folder}"]) == 0
    loaded = hadax.load(folder / "dataset.safetensors")
    rate = loaded.header.learner.inner_loop.inner_lr
    # From a rate at which nothing is learned there is but one way to go.
    assert rate > 0.0011
    assert f"learned inner_lr: {rate:.3g}" in capsys.readouterr().out
    assert loaded.dataset.inner_lr_factor is None
    assert loaded.evaluate(0, 2) != loaded.with_learner(inner_lr=0.001).evaluate(0, 2)
    fixed = [*SMALL, "--inner_lr=0.001", "--std=0.5", f"--workdir={folder}"]
    assert execute(distill.COMMAND, [*fixed, "--generations=6"]) == 2
    assert "--learn_inner_lr=false: the run in" in capsys.readouterr().err


def test_a_classifier_is_trained_and_asked_without_any_data(run, monkeypatch):
    test = tasks.make("supervised/digits").with_data("test")

    def gone(*_):
        raise AssertionError("asked for real images")

    monkeypatch.setattr(named, "_load", gone)
    policy = hadax.load(run / "dataset.safetensors").fit(jax.random.key(0))
    answers = policy.act(test.pixels.astype(np.float32))
    assert np.mean(np.asarray(answers) == np.asarray(test.classes)) > 0.6


def test_pictures_show_before_and_after(run):
    snapshots = read_snapshots(run / "snapshots")
    assert [each.generation for each in snapshots] == [0, 1, 2, 3, 4]
    final = hadax.load(run / "dataset.safetensors").dataset
    assert np.allclose(snapshots[-1].inputs, final.inputs, atol=1e-6)
    start = tasks.make("supervised/digits").initial_dataset(jax.random.key(0), 10)
    assert np.allclose(snapshots[0].inputs, start.inputs, atol=1e-5)
    assert not np.allclose(snapshots[0].inputs, snapshots[-1].inputs)
    with Image.open(run / "evolution.gif") as film:
        assert film.n_frames == 5
    assert (run / "evolution.png").stat().st_size > 10_000


def test_a_fixed_initialisation_is_measured_once(tmp_path):
    folder = tmp_path / "run"
    flags = ["--policy_init=fixed", "--inits_per_candidate=2", "--generations=2"]
    assert execute(distill.COMMAND, [*SMALL, *flags, f"--workdir={folder}"]) == 0
    loaded = hadax.load(folder / "dataset.safetensors")
    assert loaded.header.score.networks == 2
    one, other = (loaded.evaluate(jax.random.key(seed)) for seed in (0, 1))
    assert one == other


def test_without_evaluations_the_film_has_its_two_ends(tmp_path):
    folder = tmp_path / "run"
    arguments = [*SMALL, "--evaluate_every=0", f"--workdir={folder}"]
    assert execute(distill.COMMAND, arguments) == 0
    assert [each.generation for each in read_snapshots(folder / "snapshots")] == [0, 4]


def test_somebody_elses_snapshots_are_left_alone(tmp_path, capsys):
    photo = tmp_path / "run" / "snapshots" / "20240101.npz"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"mine")
    assert execute(distill.COMMAND, [*SMALL, f"--workdir={tmp_path / 'run'}"]) == 2
    assert "holds snapshots of a run without its config.json" in capsys.readouterr().err
    assert photo.read_bytes() == b"mine"


def test_networks_that_diverge_have_no_score(tmp_path, capsys):
    wild = [*SMALL, "--inner_lr=1e6", "--inner_steps=50", "--activation=relu", "--depth=3"]
    assert execute(distill.COMMAND, [*wild, f"--workdir={tmp_path / 'run'}"]) == 2
    assert "the search diverged" in capsys.readouterr().err
    assert not (tmp_path / "run" / "dataset.safetensors").exists()


def test_a_run_goes_on_where_its_data_lie_elsewhere(run, tmp_path, capsys):
    # Digits read no files: the same run, as one of images that do.
    folder = tmp_path / "run"
    shutil.copytree(run, folder)
    text = (folder / "config.json").read_text()
    assert '"data_dir"' not in text
    (folder / "config.json").write_text(text.replace("supervised/digits", "supervised/mnist"))
    flags = [*SMALL, "--task=supervised/mnist", f"--workdir={folder}", "--data_dir=/moved"]
    assert execute(distill.COMMAND, flags) == 0
    assert "done already" in capsys.readouterr().out


def test_real_images_are_the_baseline_to_be_above(run, capsys):
    assert measure(run, "--real", "--networks=4") == 0
    lines = capsys.readouterr().out.splitlines()
    accuracies = {
        line.split(":")[0]: float(line.split(":")[1].split("%")[0])
        for line in lines
        if line.startswith(("measured", "real"))
    }
    assert 25 < accuracies["real"] < accuracies["measured"] - 5


@pytest.mark.slow
def test_architectures_have_a_row_each(run, monkeypatch, capsys):
    quick = {
        name: {**change, "inner_steps": 5, "width": 8}
        for name, change in architectures.ARCHITECTURES.items()
    }
    quick["convnet3"] = {**quick["convnet3"], "filters": (4, 4, 4)}
    monkeypatch.setattr(architectures, "ARCHITECTURES", quick)
    assert measure(run, "--architectures") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert [row[0] for row in rows] == ["network", "mlp", "conv", "convnet3"]
    assert all(row.count("±") == 2 for row in rows[1:])


def test_a_named_network_brings_its_own_inner_settings(run, capsys):
    assert measure(run, "--network=mlp", "--inner_steps=10") == 0
    found = capsys.readouterr().out.splitlines()[-1]
    loaded = hadax.load(run / "dataset.safetensors")
    change = {**architectures.ARCHITECTURES["mlp"], "inner_steps": 10}
    assert change["depth"] != loaded.header.learner.network.depth
    score = loaded.with_learner(**change).evaluate(0, 2)
    assert found == f"measured:   {score}"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--network=resnet",), "--network=resnet: must be one of mlp, conv, convnet3"),
        (("--episodes=0",), "--episodes=0"),
    ],
)
def test_evaluation_refuses(run, flags, words, capsys):
    assert measure(run, *flags) == 2
    assert words in capsys.readouterr().err


def test_what_needs_real_images_is_refused_before_anything_is_measured(distil, tmp_path, capsys):
    assert distil() == 0
    capsys.readouterr()
    for flag in ("--real", "--architectures", "--network=mlp"):
        assert measure(tmp_path / "run", flag) == 2
        found = capsys.readouterr()
        assert found.out == ""
        assert f"{flag.partition('=')[0]}=" in found.err
        assert "needs a task of real images" in found.err


def test_images_are_imported_with_or_without_their_channel(tmp_path, capsys):
    task = tasks.make("supervised/digits")
    data = task.initial_dataset(jax.random.key(0), 10)
    scores = []
    for name, inputs in {"grey": data.inputs[..., 0], "flat": data.inputs.reshape(10, 64)}.items():
        path = tmp_path / f"{name}.npz"
        np.savez(path, inputs=inputs, targets=np.arange(10))
        flags = ["--task=supervised/digits", "--score_networks=2", f"--workdir={tmp_path / name}"]
        assert execute(import_dataset.COMMAND, [str(path), *flags]) == 0
        loaded = hadax.load(tmp_path / name / "dataset.safetensors")
        scores.append(loaded.header.score.mean)
    assert scores[0] == scores[1] > 0.5
    assert "note" not in capsys.readouterr().err
    raw = [*flags[:2], f"--workdir={tmp_path / 'raw'}"]
    np.savez(tmp_path / "raw.npz", inputs=task.pixels[:10], targets=task.classes[:10])
    assert execute(import_dataset.COMMAND, [str(tmp_path / "raw.npz"), *raw]) == 0
    assert "inputs reach 255, but they are taken as" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--task_option=split=test",), "--task_option=split=test: task supervised/digits has no"),
        (("--data_dir=/none",), "--data_dir=/none: scikit-learn brings the digits"),
        (("--dataset_size=4", "--images_per_class=0"), "--dataset_size=4: fewer than the 10"),
        (("--images_per_class=-1",), "--images_per_class=-1"),
        (("--images_per_class=2", "--dataset_size=5"), "--images_per_class=2: not with dataset"),
        (("--data_dir=/none", "--task=supervised/mnist"), "--data_dir=/none: has no train-images"),
        (("--task=analytic/linear_regression", "--images_per_class=1"), "has no classes"),
        (("--task=gymnax/CartPole-v1", "--init=mean"), "no such option"),
        (("--parametrization=pca", "--components=65"), "--components=65: must be in [1, 64]"),
        (("--task=gymnax/CartPole-v1", "--parametrization=pca"), "has no real inputs"),
        (("--task=gymnax/CartPole-v1", "--parametrization=multi"), "has no real inputs"),
        (("--parametrization=multi", "--components=17"), "--components=17: must be in [1, 16]"),
        (("--init=noise",), "--init=noise: must be one of mean"),
        (("--eval_batch=-3",), "--eval_batch=-3: must be in [0"),
    ],
)
def test_distillation_refuses(tmp_path, flags, words, capsys):
    base = [flag for flag in SMALL if not flag.startswith("--eval_batch")]
    if "--task=analytic/linear_regression" in flags or "--task=gymnax/CartPole-v1" in flags:
        base = [flag for flag in base if not flag.startswith("--inner")]
    if {"--parametrization=pca", "--parametrization=multi"} & {
        *flags
    } and "--task=gymnax/CartPole-v1" in flags:
        base = [flag for flag in base if not flag.startswith("--images")]
    assert execute(distill.COMMAND, [*base, *flags, f"--workdir={tmp_path / 'run'}"]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
