"""What other tools read of an exported dataset: the same numbers, and how to train on them."""

import csv
import json
import os
import subprocess
import sys

import jax.numpy as jnp
import numpy as np
import pytest
import safetensors.numpy
from flax.struct import dataclass

import hadax
from hadax.core.errors import ConfigError, UsageError
from hadax.distilled.export.scaling import scaling_of
from hadax.distilled.files.npz import read_npz
from hadax.distilled.importing import as_dataset

CARTPOLE = [[0.1, -0.2, 0.05, 0.3], [-0.3, 1 / 3, 0.2, 0.4]]
"""Numbers that no short decimal is."""

STATISTICS = {
    "task_state/count": np.float32(4),
    "task_state/mean": np.array([1, 2, 3], np.float32),
    "task_state/squares": np.array([4, 16, 64], np.float32),
}


@pytest.fixture(scope="module")
def cart_pole(distilled_of):
    return distilled_of("gymnax/CartPole-v1", CARTPOLE, np.eye(2, dtype=np.float32), horizon=5)


@pytest.fixture(scope="module")
def pendulum(distilled_of):
    """Observations that are normalised, and torques within and beyond their bounds."""
    targets = np.array([[0.5], [-3.0]], np.float32)
    inputs = [[0.5, -1.0, 2.0], [12.0, 0.0, 1.0]]
    options = {"normalizer": "running", "horizon": 5}
    return distilled_of("gymnax/Pendulum-v1", inputs, targets, state=STATISTICS, **options)


@pytest.fixture(scope="module")
def digits(distilled_of):
    state = {"task_state/mean": np.float32([0.25]), "task_state/std": np.float32([0.5])}
    images = np.random.default_rng(0).normal(size=(10, 8, 8, 1))
    targets = np.eye(10, dtype=np.float32)
    return distilled_of("supervised/digits", images, targets, state=state)


def settings_beside(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def columns_named(table, start):
    return np.float32([[row[name] for name in row if name.startswith(start)] for row in table])


@pytest.mark.parametrize("name", ["A.NPZ", "A.Csv", "A.SAFETENSORS"])
def test_a_file_may_end_in_capitals(cart_pole, tmp_path, name):
    upper = cart_pole.export(tmp_path / name)
    assert upper.name == name
    assert upper.read_bytes() == cart_pole.export(tmp_path / name.lower()).read_bytes()
    assert settings_beside(upper) == settings_beside(tmp_path / name.lower())


def test_arrays_are_the_examples_with_preprocessing_and_before_it(pendulum, tmp_path):
    with np.load(pendulum.export(tmp_path / "p.npz"), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["inputs"], pendulum.dataset.inputs)
        np.testing.assert_array_equal(arrays["targets"], pendulum.dataset.targets)
        expected = np.float32([[1.5, 0, 11], [13, 2, 7]])
        np.testing.assert_allclose(arrays["observations"], expected, rtol=1e-6)
        # Torques are from -2 to 2, and none is beyond.
        np.testing.assert_allclose(arrays["actions"], [[1], [-2]])


def test_the_settings_say_how_observations_become_inputs(pendulum, tmp_path):
    settings = settings_beside(pendulum.export(tmp_path / "p.npz"))
    done = settings["preprocessing"]
    assert done["formula"] == "input = clip((observation - mean) / std, -limit, limit)"
    assert (done["mean"], done["std"], done["limit"]) == ([1, 2, 3], [1, 2, 4], 10)
    target = settings["target"]
    assert (target["kind"], target["low"], target["high"]) == ("continuous", [-2], [2])
    assert target["action_bounds"] == "clip"
    assert settings["input"]["names"] == ["cos θ", "sin θ", "θ̇"]


def test_the_settings_say_how_networks_are_trained(cart_pole, tmp_path):
    settings = settings_beside(cart_pole.export(tmp_path / "c.npz"))
    loop, network = settings["training"]["inner_loop"], settings["training"]["network"]
    assert (loop["loss"], loop["inner_optimizer"], loop["inner_steps"]) == (
        "cross_entropy",
        "adam",
        3,
    )
    assert (network["width"], network["depth"]) == (4, 1)
    assert settings["preprocessing"]["formula"] == "input = observation"
    assert settings["environment"]["gymnasium_id"] == "CartPole-v1"
    assert settings["environment"]["action_space"]["n"] == 2


def test_hadax_takes_its_own_arrays_back(pendulum, tmp_path):
    arrays = read_npz(pendulum.export(tmp_path / "p.npz"))
    np.testing.assert_array_equal(arrays["inputs"], pendulum.dataset.inputs)
    np.testing.assert_allclose(arrays["obs_mean"], [1, 2, 3])
    np.testing.assert_allclose(arrays["obs_var"], [1, 4, 16])


@pytest.mark.parametrize("name", ["cart_pole", "pendulum", "digits"])
def test_a_table_loses_no_digit(name, request, tmp_path):
    dataset = request.getfixturevalue(name)
    path = dataset.export(tmp_path / "c.csv", to="csv")
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    size = dataset.dataset.size
    inputs = np.asarray(dataset.dataset.inputs).reshape(size, -1)
    np.testing.assert_array_equal(columns_named(table, "input_"), inputs)
    np.testing.assert_array_equal(columns_named(table, "target_"), dataset.dataset.targets)


def test_parquet_is_the_same_table(digits, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow, of the extra export")
    read = parquet.read_table(digits.export(tmp_path / "d.parquet", to="parquet"))
    header = digits.export(tmp_path / "d.csv", to="csv").read_text().splitlines()[0]
    assert read.column_names == header.split(",")
    assert read["label"].to_pylist() == list(range(10))
    inputs = np.asarray(digits.dataset.inputs).reshape(10, -1)
    np.testing.assert_array_equal(read["input_63"].to_numpy(), inputs[:, 63])


def test_tensors_have_channels_first_and_what_normalises_others(digits, tmp_path):
    path = digits.export(tmp_path / "d.safetensors", to="torch")
    tensors = safetensors.numpy.load_file(path)
    assert tensors["inputs"].shape == tensors["images"].shape == (10, 1, 8, 8)
    assert tensors["labels"].dtype == np.int64
    normalised = (tensors["images"] - tensors["mean"]) / tensors["std"]
    np.testing.assert_allclose(normalised, tensors["inputs"], rtol=1e-5, atol=1e-6)


def test_an_artifact_is_not_written_over(cart_pole, tmp_path):
    path = cart_pole.save(tmp_path / "c.safetensors")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="an artifact of hadax's; choose another name"):
        cart_pole.export(path, to="torch")
    assert path.read_bytes() == before
    again = cart_pole.export(tmp_path / "d.safetensors", to="torch")
    assert cart_pole.export(again, to="torch") == again


def test_what_no_export_wrote_is_not_written_over(cart_pole, tmp_path):
    for to, out, there in (
        ("npz", tmp_path / "package.npz", tmp_path / "package.json"),
        ("huggingface", tmp_path / "mine", tmp_path / "mine" / "README.md"),
    ):
        there.parent.mkdir(exist_ok=True)
        there.write_text("my own")
        with pytest.raises(UsageError, match="is there already, and no export wrote it"):
            cart_pole.export(out, to=to)
        assert there.read_text() == "my own"
        assert not (tmp_path / "package.npz").exists()
        there.unlink()
        for _ in range(2):
            cart_pole.export(out, to=to)
        assert "my own" not in there.read_text()
        (tmp_path / "package.npz").unlink(missing_ok=True)


def test_a_card_that_only_speaks_of_the_method_is_somebody_s_own(cart_pole, tmp_path):
    card = tmp_path / "README.md"
    for own in ("# behaviour-distillation with hadax", "---\ntags: [mine]\n---\n\nhadax\n"):
        card.write_text(own)
        with pytest.raises(UsageError, match=r"README\.md: is there already"):
            cart_pole.export(tmp_path, to="huggingface")
        assert card.read_text() == own
        assert list(tmp_path.iterdir()) == [card]


def test_a_folder_is_not_begun_where_its_table_cannot_be_written(cart_pole, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match="needs pyarrow"):
        cart_pole.export(tmp_path / "new", to="huggingface")
    assert not (tmp_path / "new").exists()


def test_settings_of_another_dataset_s_export_are_not_written_over(
    cart_pole, pendulum, distilled_of, tmp_path
):
    cart_pole.save(tmp_path / "h.safetensors")
    cart_pole.export(tmp_path / "h.csv")
    cart_pole.export(tmp_path / "h.npz")
    swapped = distilled_of("gymnax/CartPole-v1", CARTPOLE[::-1], np.eye(2), horizon=5)
    for other, name in ((pendulum, "h.npz"), (swapped, "h.npz"), (swapped, "h.CSV")):
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        with pytest.raises(UsageError, match=r"h\.json: tells of another dataset, h\.(csv|npz); "):
            other.export(tmp_path / name)
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    # Alone beside its settings a file is replaced with them; an artifact has none.
    (tmp_path / "h.npz").unlink()
    pendulum.export(tmp_path / "h.csv")
    assert settings_beside(tmp_path / "h.csv")["task"] == "gymnax/Pendulum-v1"


def test_a_run_is_no_folder_for_an_export(cart_pole, pendulum, tmp_path):
    path = pendulum.save(tmp_path / "dataset.safetensors")
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"dataset.safetensors: is there already, and no export"):
        cart_pole.export(tmp_path, to="huggingface")
    assert [path] == list(tmp_path.iterdir())
    assert path.read_bytes() == before


def test_gymnasium_is_given_what_its_spaces_contain(pendulum, cart_pole, tmp_path):
    gymnasium = pytest.importorskip("gymnasium", reason="needs gymnasium")
    for dataset in (pendulum, cart_pole):
        path = dataset.export(tmp_path / "g.npz", to="gymnasium")
        environment = settings_beside(path)["environment"]
        made = gymnasium.make(environment["gymnasium_id"])
        with np.load(path) as arrays:
            assert sorted(arrays) == ["actions", "observations"]
            assert all(made.action_space.contains(action) for action in arrays["actions"])
            assert arrays["observations"].shape[1:] == made.observation_space.shape
            assert arrays["observations"].dtype == made.observation_space.dtype
        assert made.spec.max_episode_steps in (200, 500)


LOAD = """
import json, sys, datasets
read = datasets.load_dataset(sys.argv[1], split="train")
rows = read.with_format("numpy")
print(json.dumps({
    "input": rows["input"][:].tolist(), "names": read.features["label"].names,
    "label": rows["label"][:].tolist(), "columns": read.column_names,
}))
"""


# Importing datasets takes its time; docs/elsewhere.md is a quicker test of the same.
@pytest.mark.slow
def test_hugging_face_reads_the_folder_without_a_network(digits, tmp_path):
    for package in ("datasets", "pyarrow"):
        pytest.importorskip(package, reason="needs datasets and pyarrow, of the extra export")
    folder = digits.export(tmp_path / "digits", to="huggingface")
    offline = {"HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["columns"] == ["input", "target", "image", "label"]
    assert read["label"] == list(range(10))
    assert read["names"] == list("0123456789")
    np.testing.assert_array_equal(np.float32(read["input"]), digits.dataset.inputs)


def test_a_card_says_what_it_is(tmp_path):
    entry = hadax.zoo.entry("gymnax/Pendulum-v1")
    found = hadax.zoo.load(entry.name)
    folder = found.export(tmp_path / "p", to="huggingface", license="cc-by-4.0")
    text = (folder / "README.md").read_text(encoding="utf-8")
    for words in (
        'license: "cc-by-4.0"',
        "# gymnax/Pendulum-v1 in 4 examples",
        str(entry.score),
        "```bash\nhadax-distill --task=gymnax/Pendulum-v1 --preset=none",
        "![The examples](dataset.png)",
        "title={Behaviour Distillation}",
        "Entries of `target`: torque (N m).",
    ):
        assert words in text
    assert (folder / "dataset.png").read_bytes().startswith(b"\x89PNG")
    assert hadax.load(folder / "dataset.safetensors").dataset.size == 4


@pytest.mark.parametrize(
    ("to", "name", "said"),
    [
        ("pickle", "a.pkl", "to=pickle: must be one of auto, npz, csv"),
        ("csv", "a.npz", "ends in .csv"),
        ("torch", "a.pt", "ends in .safetensors"),
    ],
)
def test_what_cannot_be_written_is_refused(cart_pole, tmp_path, to, name, said):
    with pytest.raises(ConfigError, match=said):
        cart_pole.export(tmp_path / name, to=to)
    assert list(tmp_path.iterdir()) == []


def test_images_are_no_environment(digits, tmp_path):
    with pytest.raises(UsageError, match="supervised/digits is no environment"):
        digits.export(tmp_path / "a.npz", to="gymnasium")
    assert list(tmp_path.iterdir()) == []


def test_preprocessing_that_is_no_formula_is_refused(regression):
    class Squared(type(regression)):
        def preprocess(self, state, inputs):
            return jnp.square(inputs)

    with pytest.raises(UsageError, match="mine: its preprocess cannot be written down"):
        scaling_of("mine", Squared(regression.weights, batch=2), ())
    assert scaling_of("its", regression, ()).changes_nothing


def test_a_window_is_explained_to_those_who_cut_it_themselves(tmp_path):
    freeway = hadax.load("zoo:gymnax/Freeway-MinAtar")
    settings = json.loads(freeway.export(tmp_path / "it.npz").with_suffix(".json").read_text())
    window = "the window of 5 x 5 around the largest value of an image's first channel"
    assert window in settings["preprocessing"]["note"]
    assert settings["input"]["shape"] == [5, 5, 7]
    folder = freeway.export(tmp_path / "card", to="huggingface")
    assert window in (folder / "README.md").read_text()


@dataclass
class Flowers(hadax.BaseTask):
    """Rows of four numbers of three kinds, which are no images."""

    input_shape = (4,)
    target = hadax.Discrete(3)
    class_names = ("rose", "iris", "lily")

    def evaluate(self, key, policy, state):
        """Nothing that counts."""
        del key, state
        return hadax.Evaluation(fitness=-jnp.mean(jnp.square(policy(jnp.ones((2, 4))))))

    def initial_dataset(self, key, size):
        """Rows at random."""
        del key
        return hadax.Dataset(jnp.arange(4.0 * size).reshape(size, 4), jnp.eye(size, 3))


@pytest.mark.parametrize("names", [(), ("rose", "iris", "lily")])
def test_a_table_of_classes_is_no_image(names, tmp_path):
    small = {"generations": 1, "population": 4, "width": 2, "score_networks": 1}
    task = type("Flowers", (Flowers,), {"class_names": names})
    found = hadax.distill(dataclass(task)(), dataset_size=3, progress=False, **small)
    path = found.export(tmp_path / "flowers.npz")
    with np.load(path) as arrays:
        assert sorted(arrays) == ["inputs", "labels", "observations", "targets"]
        np.testing.assert_array_equal(arrays["observations"], found.dataset.inputs)
        assert arrays["labels"].tolist() == [0, 1, 2]
    settings = settings_beside(path)
    assert settings["preprocessing"]["formula"] == "input = observation"
    assert settings["arrays"]["labels"] == "the likeliest of the classes"
    assert "task's own units" in settings["arrays"]["observations"]
    card = (found.export(tmp_path / "flowers", to="huggingface") / "README.md").read_text()
    assert "task_categories: [other]" in card


def test_bright_numbers_are_told_of_for_images_alone(tmp_path, capsys):
    arrays = {"inputs": np.full((3, 4), 200.0), "targets": np.arange(3)}
    as_dataset(tmp_path / "t.npz", arrays, "flowers", Flowers())
    assert capsys.readouterr().err == ""
    images = {"inputs": np.full((3, 8, 8), 200.0), "targets": np.arange(3)}
    as_dataset(tmp_path / "t.npz", images, "digits", hadax.tasks.outline("supervised/digits"))
    assert "inputs reach 200, but they are taken as a network is" in capsys.readouterr().err
