"""hadax-import: somebody else's arrays become an artifact, or are refused in one line."""

import os
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

import hadax
from hadax.distilled.starts.from_file import read_examples
from hadax.launch import distill, evaluate, import_dataset
from hadax.launch.commandline.command import execute
from hadax.launch.commandline.parsing import parse

REFERENCE = Path(
    os.environ.get("HADAX_REFERENCE_DIR", Path(__file__).parents[3] / "shared" / "reference")
)
CARTPOLE = ("--task=gymnax/CartPole-v1", "--horizon=30", "--width=8", "--inner_steps=5")
REGULATOR = ("--task=analytic/linear_quadratic", "--width=8", "--inner_steps=5")

PAIRS = {"inputs": np.eye(2, 4), "targets": np.eye(2)}
STATES = {"inputs": np.eye(2), "targets": np.ones((2, 1))}
STATISTICS = {"obs_mean": np.array([0.1, 0.2]), "obs_var": np.array([4.0, 9.0])}


@pytest.fixture
def bring(tmp_path):
    """Saves arrays and imports them; gives the exit status."""

    def run(arrays, *flags):
        path = tmp_path / "data.npz"
        np.savez(path, **arrays)
        small = ("--score_networks=2", "--score_episodes=2", f"--workdir={tmp_path / 'in'}")
        return execute(import_dataset.COMMAND, [str(path), *small, *flags])

    return run


def test_pairs_become_an_artifact_that_can_be_evaluated(bring, tmp_path, capsys):
    assert bring(PAIRS, *CARTPOLE) == 0
    assert "score:" in capsys.readouterr().out
    path = tmp_path / "in" / "dataset.safetensors"
    loaded = hadax.load(path)
    np.testing.assert_array_equal(loaded.dataset.inputs, PAIRS["inputs"])
    assert loaded.header.learner.inner_loop.inner_steps == 5
    assert loaded.header.further == {}
    assert loaded.header.distillation.dataset_size == len(PAIRS["inputs"])
    assert (tmp_path / "in" / "dataset.png").exists()
    assert execute(evaluate.COMMAND, [f"--dataset={path}", "--networks=2", "--episodes=2"]) == 0


def test_lone_numbers_are_the_targets_of_one_action(bring, tmp_path):
    lone = {**STATES, "targets": np.array([0.5, -0.5])}
    assert bring(lone, *REGULATOR) == 0
    dataset = hadax.load(tmp_path / "in" / "dataset.safetensors").dataset
    np.testing.assert_array_equal(dataset.targets, [[0.5], [-0.5]])
    begun, _ = read_examples(str(tmp_path / "data.npz"), "it", hadax.make(REGULATOR[0][7:]))
    np.testing.assert_array_equal(begun.targets, dataset.targets)


def test_its_report_names_the_file_and_nothing_of_where_it_lay(bring, tmp_path):
    assert bring(PAIRS, *CARTPOLE) == 0
    report = (tmp_path / "in" / "report.html").read_text(encoding="utf-8")
    assert "hadax-import --data=data.npz --score_networks=2" in report
    assert str(tmp_path) not in report


def test_its_command_leaves_out_where_the_tasks_files_lie():
    line = ["a/b.csv", "--task=supervised/mnist", "--data_dir=/home/me", "--workdir=c"]
    short = "hadax-import --data=b.csv --task=supervised/mnist"
    for further, left in (
        ((), ""),
        (("--task_option=data_dir=/home/me",), ""),
        (("--task_option=data_dir=/home/me,components=3",), " --task_option=components=3"),
    ):
        parsed = parse(import_dataset.COMMAND.groups, [*line, *further], "data")
        told = import_dataset._command(parsed, Path("/x/b.csv"), "supervised/mnist")
        assert told == short + left


def test_class_numbers_and_flattened_inputs_are_accepted(bring, tmp_path):
    arrays = {"inputs": np.zeros((2, 400)), "targets": np.array([2, 0])}
    assert bring(arrays, "--task=gymnax/Breakout-MinAtar", "--horizon=20", "--width=4") == 0
    dataset = hadax.load(tmp_path / "in" / "dataset.safetensors").dataset
    assert dataset.inputs.shape == (2, 10, 10, 4)
    np.testing.assert_array_equal(dataset.targets, [[0, 0, 1], [1, 0, 0]])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pairs.parquet", "pairs.parquet: .npz and .csv files of pairs are read, this is neither"),
        ("pairs", "pairs: .npz and .csv files of pairs are read, this is neither"),
        ("run", "run: a folder; name an .npz or .csv file; its policy.safetensors is an artifact"),
        ("empty.csv", "empty.csv: a folder; name an .npz or .csv file\n"),
        ("gone.npz", "gone.npz: no such file"),
    ],
)
def test_what_is_no_file_of_pairs_says_what_is_read(name, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for each in ("pairs.parquet", "pairs", "run/policy.safetensors", "empty.csv/notes"):
        Path(each).parent.mkdir(exist_ok=True)
        Path(each).write_bytes(b"PAR1")
    assert execute(import_dataset.COMMAND, [name, *CARTPOLE]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shape", "flags", "hint"),
    [
        ((19, 19, 4), (), "; inputs of that shape are seen with view=19"),
        ((10, 10, 4), ("--view=5",), "; inputs of that shape are seen with view=0"),
        ((4, 4, 4), (), ""),
        ((19, 19, 3), (), ""),
        ((19,), (), ""),
    ],
)
def test_inputs_of_another_view_say_which(bring, shape, flags, hint, capsys):
    arrays = {"inputs": np.zeros((2, *shape)), "targets": np.eye(2, 3)}
    assert bring(arrays, "--task=gymnax/Breakout-MinAtar", *flags) == 2
    assert capsys.readouterr().err.rstrip().endswith(f"and (3,){hint}")


def test_an_export_that_is_seen_through_a_window_is_imported_with_it(tmp_path):
    found = hadax.zoo.load("gymnax/Breakout-MinAtar")
    path = str(found.export(tmp_path / "pairs.npz"))
    task = ("--task=gymnax/Breakout-MinAtar", "--view=19", "--horizon=5", "--width=4")
    small = ("--score_networks=2", "--score_episodes=2", f"--workdir={tmp_path / 'in'}")
    assert execute(import_dataset.COMMAND, [path, *task, *small]) == 0


def test_a_table_that_hadax_exported_is_imported(tmp_path):
    found = hadax.zoo.load("gymnax/CartPole-v1")
    path = str(found.export(tmp_path / "pairs.csv"))
    small = ("--score_networks=2", "--score_episodes=2", f"--workdir={tmp_path / 'in'}")
    assert execute(import_dataset.COMMAND, [path, *small, *CARTPOLE]) == 0
    dataset = hadax.load(tmp_path / "in" / "dataset.safetensors").dataset
    np.testing.assert_array_equal(dataset.inputs, found.dataset.inputs)
    np.testing.assert_array_equal(dataset.targets, found.dataset.targets)


def test_statistics_become_a_constant_normaliser(bring, tmp_path):
    assert bring({**STATES, **STATISTICS}, *REGULATOR) == 0
    loaded = hadax.load(tmp_path / "in" / "dataset.safetensors")
    assert loaded.header.task.options["normalizer"] == "constant"
    seen = loaded.task.preprocess(loaded.state, np.array([[2.1, -2.8]]))
    np.testing.assert_allclose(seen, [[1.0, -1.0]], rtol=1e-5)


@pytest.mark.slow
def test_a_search_can_begin_with_given_statistics(bring, tmp_path, capsys):
    assert bring({**STATES, **STATISTICS}, *REGULATOR) == 0
    small = (*REGULATOR, "--generations=1", "--population=4", "--score_networks=1", "--preset=none")
    for number, source in enumerate(("in/dataset.safetensors", "data.npz")):
        given = ("--normalizer=constant", f"--normalizer_from={tmp_path / source}")
        workdir = tmp_path / str(number)
        assert execute(distill.COMMAND, [*small, *given, f"--workdir={workdir}"]) == 0
        state = hadax.load(workdir / "dataset.safetensors").state
        np.testing.assert_allclose(state.mean, STATISTICS["obs_mean"], rtol=1e-6)
    capsys.readouterr()
    for flags, words in (
        ((f"--normalizer_from={tmp_path / 'data.npz'}",), "needs normalizer=constant or running"),
        (("--normalizer=constant", "--normalizer_from=none.npz"), "none.npz: no such file"),
    ):
        assert execute(distill.COMMAND, [*small, *flags, f"--workdir={tmp_path / 'no'}"]) == 2
        assert words in capsys.readouterr().err
    assert bring(PAIRS, *CARTPOLE) == 0
    artifact = tmp_path / "in" / "dataset.safetensors"
    given = ("--normalizer=constant", f"--normalizer_from={artifact}")
    assert execute(distill.COMMAND, [*small, *given, f"--workdir={tmp_path / 'no'}"]) == 2
    assert "no statistics of these observations" in capsys.readouterr().err


def test_a_normaliser_by_own_episodes_is_frozen_from_what_networks_see(bring, tmp_path):
    assert bring(STATES, *REGULATOR, "--normalizer=per_policy") == 0
    loaded = hadax.load(tmp_path / "in" / "dataset.safetensors")
    assert loaded.state.count == pytest.approx(1 + 2 * 2 * 40, abs=0.01)
    assert not np.allclose(loaded.state.mean, 0)


@pytest.mark.parametrize(
    ("arrays", "flags", "words"),
    [
        ({"inputs": np.eye(2)}, CARTPOLE, "has no array named targets"),
        (
            {**PAIRS, "targets": np.eye(3)},
            CARTPOLE,
            "inputs (2, 4) and targets (3, 3) are no pairs",
        ),
        ({**PAIRS, "inputs": np.full((2, 4), np.nan)}, CARTPOLE, "inputs has values that are not"),
        ({**PAIRS, "inputs": np.array(["a", "b"])}, CARTPOLE, "inputs is of type <U1"),
        ({**PAIRS, "targets": np.array([{}, {}])}, CARTPOLE, "not a whole .npz file of plain"),
        ({**PAIRS, "inputs": np.eye(2, 7)}, CARTPOLE, "inputs of shape (7,) and targets of shape"),
        ({**PAIRS, "targets": np.array([0, 2])}, CARTPOLE, "targets must be classes 0 to 1"),
        ({**STATES, "obs_mean": np.zeros(2)}, REGULATOR, "has no array named obs_var"),
        ({**STATES, **STATISTICS, "obs_var": -np.ones(2)}, REGULATOR, "must not be negative"),
        (
            {**STATES, "obs_mean": np.zeros(3), "obs_var": np.ones(3)},
            REGULATOR,
            "obs_mean of shape (3,), but an observation has (2,)",
        ),
        (
            {**STATES, **STATISTICS},
            (*REGULATOR, "--normalizer=none"),
            "--normalizer=none: the file has obs_mean",
        ),
        (
            {**STATES, **STATISTICS},
            (*REGULATOR, "--normalizer_from=x.npz"),
            "--normalizer_from=x.npz: the file has",
        ),
        (
            {"inputs": np.zeros((2, 4, 10, 10)), "targets": np.eye(2, 3)},
            ("--task=gymnax/Breakout-MinAtar",),
            "inputs of shape (4, 10, 10) and targets of shape (3,), but",
        ),
        (
            {"inputs": np.zeros((2, 10, 10, 4)), "targets": np.eye(2, 4)},
            ("--task=gymnax/Breakout-MinAtar",),
            "targets of shape (4,), but gymnax/Breakout-MinAtar has (10, 10, 4) and (3,)\n",
        ),
        (
            {"inputs": np.zeros((2, 7, 7, 4)), "targets": np.eye(2, 3)},
            ("--task=gymnax/Breakout-MinAtar",),
            "has (10, 10, 4) and (3,); inputs of that shape are seen with view=7\n",
        ),
        (STATES, (*REGULATOR, "--normalizer=running"), "the file has no obs_mean and obs_var"),
        (PAIRS, (*CARTPOLE, "--task=gymnax/CartPol-v1"), "did you mean"),
        (PAIRS, (*CARTPOLE, "--score_networks=0"), "--score_networks=0"),
        (PAIRS, (*CARTPOLE, "more"), "more: not a flag"),
        (PAIRS, (*CARTPOLE, "--workdir=/proc/none"), "--workdir=/proc/none"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(
    bring, tmp_path, capsys, arrays, flags, words
):
    assert bring(arrays, *flags) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "in" / "dataset.safetensors").exists()


def test_what_holds_in_a_search_alone_is_none_of_the_import(bring, tmp_path):
    schedules = ("--curriculum=5", "--sticky_actions=0.2")
    assert bring(PAIRS, *CARTPOLE, *schedules, "--normalizer=constant") == 0
    task = hadax.load(tmp_path / "in" / "dataset.safetensors").task
    assert (task.curriculum, task.sticky_actions) == (0, 0)


def test_an_import_overwrites_nothing_but_itself(bring, tmp_path, capsys):
    assert bring(PAIRS, *CARTPOLE) == 0
    assert bring(PAIRS, *CARTPOLE, "--seed=1") == 0
    (tmp_path / "data.npz").rename(tmp_path / "other.npz")
    before = (tmp_path / "in" / "dataset.safetensors").read_bytes()
    flags = [str(tmp_path / "other.npz"), *CARTPOLE, f"--workdir={tmp_path / 'in'}"]
    assert execute(import_dataset.COMMAND, flags) == 2
    assert "holds another dataset already" in capsys.readouterr().err
    assert (tmp_path / "in" / "dataset.safetensors").read_bytes() == before


def test_a_search_is_no_folder_for_an_import(bring, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "config.json").write_text("{}")
    np.savez(tmp_path / "other.npz", **PAIRS)
    flags = [str(tmp_path / "other.npz"), *CARTPOLE, f"--workdir={tmp_path / 'in'}"]
    assert execute(import_dataset.COMMAND, flags) == 2
    assert "holds a search; choose another folder" in capsys.readouterr().err
    assert [each.name for each in (tmp_path / "in").iterdir()] == ["config.json"]


def test_a_file_must_be_named(capsys):
    assert execute(import_dataset.COMMAND, []) == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "task", "least"),
    [
        pytest.param("hopper_4_random_init", "brax/hopper", 1500, marks=pytest.mark.slow),
        ("breakout_16_random_init", "gymnax/Breakout-MinAtar", 9),
    ],
)
def test_published_datasets_reach_their_published_scores(tmp_path, name, task, least):
    path = REFERENCE / "datasets" / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"no published dataset at {path}; set HADAX_REFERENCE_DIR")
    flags = ("--preset=published",)
    small = ("--score_networks=4", "--score_episodes=2", f"--workdir={tmp_path}")
    assert execute(import_dataset.COMMAND, [str(path), f"--task={task}", *flags, *small]) == 0
    assert hadax.load(tmp_path / "dataset.safetensors").header.score.mean > least


def test_a_safetensors_of_somebody_else_s_is_called_none_of_hadax_s(tmp_path, capsys):
    path = tmp_path / "theirs.safetensors"
    safetensors.numpy.save_file({"inputs": np.eye(2, 4)}, path)
    assert execute(import_dataset.COMMAND, [str(path), "--task=gymnax/CartPole-v1"]) == 2
    assert f"--data={path}: no artifact of hadax's; must be an .npz" in capsys.readouterr().err
