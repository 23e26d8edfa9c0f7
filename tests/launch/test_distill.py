"""hadax-distill and hadax-neuroevolve from flags to files, in this process and as scripts."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np
import pytest

import hadax
from hadax.core.run.checkpoint import Checkpoints
from hadax.core.settings.views import from_json
from hadax.launch import distill, evaluate, neuroevolve
from hadax.launch.commandline.command import execute
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search import member, memory
from hadax.launch.search.build import build_distillation
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.presenting import publish
from hadax.pictures import datasets as pictures
from hadax.pictures import figures

FILES = {"config.json", "metrics.csv", "dataset.safetensors", "learning_curve.png", "dataset.png"}


def test_a_run_leaves_its_files(distil, tmp_path, capsys):
    assert distil("--pictures") == 0
    folder = tmp_path / "run"
    assert {path.name for path in folder.iterdir()} >= FILES
    rows = read_metrics(folder / "metrics.csv")
    assert [int(row["generation"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert json.loads((folder / "config.json").read_text())["strategy"]["population"] == 8
    printed = capsys.readouterr()
    assert "score:" in printed.out
    assert "generation 6/6" in printed.err
    for picture in folder.glob("*.png"):
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_pictures_are_left_out_until_they_are_wanted(distil, tmp_path, capsys):
    assert distil() == 0
    drawn = {"dataset.png", "learning_curve.png", "report.html"}
    assert not drawn & {path.name for path in (tmp_path / "run").iterdir()}
    assert distil("--pictures") == 0
    assert drawn <= {path.name for path in (tmp_path / "run").iterdir()}
    assert "done already" in capsys.readouterr().out


def test_the_artifact_is_complete(distil, tmp_path):
    distil()
    distilled = hadax.load(tmp_path / "run" / "dataset.safetensors")
    header = distilled.header
    assert header.task.task == "analytic/linear_regression"
    assert header.learner.inner_loop.inner_steps == 5
    assert header.further["strategy"]["population"] == 8
    assert header.score.networks == 3
    assert header.generation in (1, 3, 6)
    assert header.played is None
    assert header.versions["hadax"] == hadax.__version__
    policy = distilled.fit(jax.random.key(3))
    inputs = jax.random.normal(jax.random.key(0), (5, 3))
    assert policy(inputs).shape == (5, 2)
    assert policy.act(inputs).shape == (5, 2)
    other = distilled.fit(jax.random.key(4))
    assert not np.allclose(policy(inputs), other(inputs))
    assert distilled.evaluate(jax.random.key(1), networks=2).networks == 2


def test_same_seed_same_bytes_and_another_seed_others(distil, tmp_path):
    contents = []
    for index, seed in enumerate((0, 0, 1)):
        assert distil(f"--seed={seed}", workdir=tmp_path / str(index)) == 0
        contents.append((tmp_path / str(index) / "dataset.safetensors").read_bytes())
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_a_finished_run_is_not_done_again(distil, tmp_path, capsys):
    distil()
    before = (tmp_path / "run" / "dataset.safetensors").read_bytes()
    capsys.readouterr()
    assert distil() == 0
    assert "done already" in capsys.readouterr().out
    assert (tmp_path / "run" / "dataset.safetensors").read_bytes() == before


def test_more_generations_extend_a_finished_run(distil, tmp_path, capsys):
    assert distil() == 0
    assert distil("--generations=8") == 0
    said = capsys.readouterr()
    assert "going on after generation 6" in said.err
    assert "generation 8/8" in said.err
    assert distil("--generations=8", workdir=tmp_path / "whole") == 0
    extended, whole = ((tmp_path / name / "dataset.safetensors") for name in ("run", "whole"))
    assert extended.read_bytes() == whole.read_bytes()
    assert distil() == 2
    assert "--generations=6: the run in" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["--stop_at=-1e9", "--budget=0.001s"])
def test_a_limit_ends_a_search_with_what_it_has_and_can_be_lifted(distil, tmp_path, capsys, limit):
    assert distil(limit) == 0
    run, whole = tmp_path / "run", tmp_path / "whole"
    assert len(read_metrics(run / "metrics.csv")) == 1
    assert hadax.load(run / "dataset.safetensors").score is not None
    assert distil(limit) == 0
    assert "done already" in capsys.readouterr().out
    assert distil() == 0
    assert distil(workdir=whole) == 0
    name = "dataset.safetensors"
    assert (run / name).read_bytes() == (whole / name).read_bytes()


def test_a_finished_run_is_measured_anew_with_more_networks(distil, tmp_path, capsys):
    assert distil() == 0
    folder = tmp_path / "run"
    before, rows = hadax.load(folder / "dataset.safetensors"), (folder / "metrics.csv").read_bytes()
    assert distil("--score_networks=5", "--checkpoint_every=3") == 0
    assert "(5 fresh networks" in capsys.readouterr().out
    after = hadax.load(folder / "dataset.safetensors")
    np.testing.assert_array_equal(after.dataset.inputs, before.dataset.inputs)
    assert (before.score.networks, after.score.networks) == (3, 5)
    assert after.header.further["measuring"]["score_networks"] == 5
    assert (folder / "metrics.csv").read_bytes() == rows
    assert distil("--score_networks=5") == 0
    assert "done already" in capsys.readouterr().out


def test_a_result_with_a_flipped_byte_is_not_done_already(distil, tmp_path, capsys):
    distil()
    path = tmp_path / "run" / "dataset.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert distil() == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert "dataset.safetensors: damaged" in error
    assert "remove it, and the same command goes on" in error
    path.unlink()
    assert distil() == 0
    assert path.read_bytes() == whole


def test_a_damaged_newest_checkpoint_costs_some_generations(distil, tmp_path, capsys):
    distil()
    folder = tmp_path / "run"
    whole = (folder / "dataset.safetensors").read_bytes()
    (folder / "dataset.safetensors").unlink()
    (folder / "checkpoints" / "6.safetensors").write_bytes(b"")
    capsys.readouterr()
    assert distil() == 0
    said = capsys.readouterr().err
    assert "set aside as 6.safetensors.damaged" in said
    assert "going on after generation 4" in said
    assert (folder / "dataset.safetensors").read_bytes() == whole
    assert len(read_metrics(folder / "metrics.csv")) == 6


def test_where_it_was_computed_is_part_of_the_artifact(distil, tmp_path):
    distil("--devices=1")
    further = hadax.load(tmp_path / "run" / "dataset.safetensors").header.further
    assert further["computed_on"] == {"devices": 1, "platform": "cpu", "processes": 1}


def test_other_flags_on_the_same_folder_are_refused_by_name(distil, tmp_path, capsys):
    distil()
    before = (tmp_path / "run" / "metrics.csv").read_bytes()
    capsys.readouterr()
    assert distil("--std=0.5") == 2
    error = capsys.readouterr().err
    assert "--std=0.5" in error
    assert "std=0.1" in error
    assert error.count("\n") == 1
    assert (tmp_path / "run" / "metrics.csv").read_bytes() == before


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tiny, tmp_path, script):
    flags = (*tiny, "--generations=400", "--checkpoint_every=20", "--evaluate_every=0")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert script("distill", *flags, f"--workdir={whole}").returncode == 0
    command = [sys.executable, "-m", "hadax.launch.distill", *flags, f"--workdir={killed}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while (
            not (killed / "checkpoints" / "20.safetensors").exists() and time.monotonic() < deadline
        ):
            time.sleep(0.01)
        process.kill()
    assert not (killed / "dataset.safetensors").exists(), "it was killed too late to test anything"
    continued = script("distill", *flags, f"--workdir={killed}")
    assert continued.returncode == 0, continued.stderr
    assert "going on after generation" in continued.stderr
    names = ["dataset.safetensors", "metrics.csv"]
    assert (whole / names[0]).read_bytes() == (killed / names[0]).read_bytes()
    generations = [row["generation"] for row in read_metrics(killed / names[1])]
    assert generations == [row["generation"] for row in read_metrics(whole / names[1])]


def test_a_terminated_run_saves_first(tiny, tmp_path):
    flags = (*tiny, "--generations=100000", "--checkpoint_every=0", f"--workdir={tmp_path / 'run'}")
    command = [sys.executable, "-m", "hadax.launch.distill", *flags]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        metrics = tmp_path / "run" / "metrics.csv"
        deadline = time.monotonic() + 120
        while not metrics.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 143
    assert b"interrupted" in error
    assert any((tmp_path / "run" / "checkpoints").iterdir())


def test_fixed_initialisation_is_part_of_the_artifact(distil, tmp_path):
    assert distil("--policy_init=fixed") == 0
    distilled = hadax.load(tmp_path / "run" / "dataset.safetensors")
    inputs = jax.random.normal(jax.random.key(0), (5, 3))
    one, other = (distilled.fit(jax.random.key(seed))(inputs) for seed in (0, 1))
    np.testing.assert_array_equal(one, other)

    document = json.loads((tmp_path / "run" / "config.json").read_text())
    objective = build_distillation(from_json(SearchConfig, document), distilled.task)
    searched = jax.tree.map(lambda leaf: leaf[0], objective.draw(jax.random.key(9)).networks[0])
    trained, _ = distilled.learner.fit(jax.random.key(0), searched, distilled.dataset)
    expected = distilled.learner.apply(trained, inputs)
    np.testing.assert_allclose(one, expected, rtol=1e-5, atol=1e-5)


def test_running_normaliser_is_part_of_the_artifact(distil, tmp_path):
    assert distil("--task=analytic/linear_quadratic", "--normalizer=running") == 0
    distilled = hadax.load(tmp_path / "run" / "dataset.safetensors")
    assert distilled.state.count > 100
    assert {"task_state/count", "task_state/mean"} <= distilled.to_artifact().arrays.keys()


def test_pictures_missing_after_a_kill_are_drawn_when_the_run_is_asked_for_again(
    distil, tmp_path, monkeypatch
):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "draw_dataset", killed)
        assert distil("--pictures") == 130
    folder = tmp_path / "run"
    before = (folder / "dataset.safetensors").read_bytes()
    assert not list(folder.glob("*.png"))
    assert distil("--pictures") == 0
    assert {path.name for path in folder.iterdir()} >= FILES
    assert (folder / "dataset.safetensors").read_bytes() == before
    (folder / "metrics.csv").unlink()
    assert distil("--pictures") == 0


@pytest.mark.parametrize("failure", [ValueError("nothing to draw on\nat all"), MemoryError()])
def test_a_picture_that_cannot_be_drawn_costs_a_line_and_nothing_else(
    distil, tmp_path, monkeypatch, capsys, failure
):
    def broken(*_, **__):
        raise failure

    monkeypatch.setattr(pictures, "draw_dataset", broken)
    assert distil("--pictures") == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("no ")]
    assert said == [f"no dataset.png: {'nothing to draw on' if str(failure) else 'MemoryError'}"]
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names >= FILES - {"dataset.png"}
    assert "dataset.png" not in names


def test_folders_of_other_runs_are_left_alone(distil, tmp_path, tiny, capsys):
    distil()
    flags = [flag for flag in tiny if not flag.startswith("--inner")]
    assert execute(neuroevolve.COMMAND, [*flags, f"--workdir={tmp_path / 'run'}"]) == 2
    assert "holds a run of hadax-distill" in capsys.readouterr().err
    (tmp_path / "run" / "config.json").unlink()
    assert distil() == 2
    assert "without its config.json" in capsys.readouterr().err


def test_sampled_continuous_actions_come_with_a_learned_spread(distil, tmp_path, tiny, capsys):
    flags = ("--task=gymnax/Pendulum-v1", "--horizon=10", "--action_mode=sample")
    assert distil(*flags) == 0
    distilled = hadax.load(tmp_path / "run" / "dataset.safetensors")
    assert distilled.header.learner.inner_loop.loss == "gaussian_negative_log_likelihood"
    assert f"played: {distilled.header.played}, greedy" in capsys.readouterr().out
    again = [f"--dataset={tmp_path / 'run' / 'dataset.safetensors'}", "--networks=3"]
    assert execute(evaluate.COMMAND, again) == 0
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" played:")]
    assert len(shown) == 2
    assert shown[0] == f" played:    {distilled.header.played}, greedy, statistics frozen"
    evolving = [flag for flag in tiny if not flag.startswith("--inner")]
    workdir = f"--workdir={tmp_path / 'evolved'}"
    assert execute(neuroevolve.COMMAND, [*evolving, *flags, workdir]) == 0


def test_list_flags_given_as_their_defaults_are_the_same_run(distil):
    assert distil() == 0
    assert distil("--filters=16") == 0


def test_neuroevolution_leaves_a_policy(tiny, tmp_path, capsys):
    flags = [flag for flag in tiny if not flag.startswith("--inner")]
    workdir = tmp_path / "run"
    assert execute(neuroevolve.COMMAND, [*flags, f"--workdir={workdir}"]) == 0
    evolved = hadax.load(workdir / "policy.safetensors")
    assert evolved.policy(np.zeros((2, 3), np.float32)).shape == (2, 2)
    assert evolved.evaluate(jax.random.key(0), networks=4).networks == 1


def test_tasks_are_listed(capsys):
    assert execute(distill.COMMAND, ["--list_tasks"]) == 0
    assert "gymnax/CartPole-v1" in capsys.readouterr().out


def test_without_matplotlib_a_run_says_so_and_ends_well(distil, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(figures, "plotting_available", lambda: False)
    assert distil("--pictures") == 0
    assert "hadax[plot]" in capsys.readouterr().out
    assert not list((tmp_path / "run").glob("*.png"))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--population=7",), "--population=7: must be even"),
        (("--strategy=OpenES",), "--strategy=OpenES: must be one of Open_ES"),
        (("--task=analytic/linear_regresion",), "did you mean analytic/linear_regression"),
        (("--episodes=4",), "--episodes=4: task analytic/linear_regression has no such option"),
        (("--dataset_size=0",), "--dataset_size=0: must be in [1, "),
        (("--inits_per_candidate=0",), "--inits_per_candidate=0"),
        (("--policy_init=frozen",), "--policy_init=frozen: must be one of random, fixed"),
        (("--nolearn_labels",), "--learn_labels=false"),
        (("--loss=cross_entropy",), "--loss=cross_entropy"),
        (("--network=conv",), "--network=conv: needs images"),
        (("--filters=a,b",), "--filters=a,b: must be whole numbers"),
        (("--std=inf",), "--std=inf"),
        (("--std=1e300",), "--std=1e+300: must be above 0 and at most"),
        (("--width=1000000000",), "--width=1000000000: must be in [1, 65536]"),
        (("--population=1000000000000",), "--population=1000000000000: must be in"),
        (("--inner_steps=999999999999",), "--inner_steps=999999999999: must be in"),
        (("--vary=maybe",), "--vary=maybe: must be true or false"),
        (("--task_option=colour=red",), "--task_option=colour=red: task analytic"),
        (("--task_option=batch=abc",), "--task_option=batch=abc: must be a whole number"),
        (("--shaping=raw", "--strategy=SNES"), "--shaping=raw"),
        (
            ("--task=gymnax/Pendulum-v1", "--action_mode=sample", "--loss=mean_squared_error"),
            "--action_mode=sample: needs a loss",
        ),
        (("--generations=0",), "--generations=0"),
        (("--budget=soon",), "--budget=soon: must be a duration, as 90s, 40min"),
        (("--stop_at=1", "--evaluate_every=0"), "--stop_at=1.0: needs evaluations"),
        (("--keep=0",), "--keep=0"),
        (("--devices=99",), "--devices=99"),
        (("--chunk=-1",), "--chunk=-1"),
        (("--seed=-1",), "--seed=-1"),
        (("--score_networks=0",), "--score_networks=0"),
        (("--inner_lr=nan",), "--inner_lr=nan"),
        (("--preset=best",), "--preset=best"),
        (("stray",), "stray: not a flag"),
    ],
)
def test_bad_flags_are_refused_at_the_door(distil, tmp_path, capsys, flags, words):
    assert distil(*flags) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert error.startswith("hadax-distill: ")
    assert not (tmp_path / "run").exists(), "something was written before the refusal"


def test_a_search_that_diverges_ends_without_an_artifact(distil, tmp_path, capsys):
    assert distil("--inner_lr=1e6", "--inner_optimizer=sgd", "--inner_steps=60") == 2
    assert "diverged" in capsys.readouterr().err
    assert not list((tmp_path / "run").glob("*.safetensors"))


def test_running_out_of_memory_is_one_line(distil, monkeypatch, capsys):
    def exhausted(*_):
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 16 bytes.")

    monkeypatch.setattr("hadax.launch.search.run.build_task", exhausted)
    assert distil() == 2
    error = capsys.readouterr().err
    assert "out of memory" in error
    assert error.count("\n") == 1


def test_out_of_memory_in_a_search_is_tried_with_half_the_chunk(distil, monkeypatch, capsys):
    search, tried = member.run, []

    def exhausted_once(engine, *arguments):
        tried.append(engine.candidate_chunk * engine.objective.network_chunk)
        if len(tried) == 1:
            raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 16 bytes.")
        return search(engine, *arguments)

    monkeypatch.setattr(member, "run", exhausted_once)
    assert distil("--inits_per_candidate=2") == 0
    assert tried == [16, 8], "networks, as --chunk counts them: two of each candidate"
    assert f"out of memory: goes on with half the chunk of {tried[0]}" in capsys.readouterr().err


def test_what_was_out_of_memory_does_not_block_what_is_smaller(distil, monkeypatch, capsys):
    def exhausted(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(member, "run", exhausted)
        assert distil() == 2
    assert "try a smaller chunk" in capsys.readouterr().err
    assert distil("--width=4") == 0


@pytest.mark.parametrize("flags", [("--population=1000000", "--dataset_size=1000000"), ()])
def test_what_can_never_fit_is_refused_with_its_bytes(distil, monkeypatch, capsys, flags):
    if not flags:
        monkeypatch.setattr(memory, "memory_bytes", lambda: 1000)
    assert distil(*flags) == 2
    error = capsys.readouterr().err
    assert re.search(r"take [\d.,]+ [GM]iB at least, but there are [\d.,]+ [GM]iB; try", error)
    assert error.count("\n") == 1


def test_a_full_disk_is_one_line_and_keeps_the_last_good_state(
    distil, tmp_path, monkeypatch, capsys
):
    save = Checkpoints.save

    def full(self, state):
        if int(state.generation) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "6.safetensors")
        save(self, state)

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "save", full)
        assert distil() == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error == "hadax-distill: 6.safetensors: No space left on device"
    assert distil() == 0
    assert "going on after generation 2" in capsys.readouterr().err


def test_a_course_that_cannot_be_read_costs_pictures_and_nothing_else(distil, monkeypatch, capsys):
    def unreadable(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO), "metrics.csv")

    monkeypatch.setattr(publish, "read_metrics", unreadable)
    assert distil("--pictures") == 0
    said = capsys.readouterr().out
    assert "score:" in said
    assert "no pictures: metrics.csv: Input/output error" in said


def test_a_workdir_that_cannot_be_is_refused(distil, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert distil(workdir=tmp_path / "file" / "run") == 2
    assert "--workdir" in capsys.readouterr().err
    assert distil(workdir="") == 2
    assert "name a folder" in capsys.readouterr().err
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "config.json").write_text("[")
    assert distil(workdir=tmp_path / "odd") == 2
    assert "not a run's config" in capsys.readouterr().err


def test_a_third_party_package_brings_its_own_task(tiny, tmp_path, script):
    package = Path(__file__).parents[1] / "plugin_package"
    assert len((package / "two_moons.py").read_text().splitlines()) <= 40
    copy = tmp_path / "source"
    copy.mkdir()
    for file in package.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
    ]
    target = tmp_path / "site"
    subprocess.run([*install, f"--target={target}", str(copy)], check=True)
    flags = (
        "--task=thirdparty/two_moons",
        "--task_option=noise=0.05",
        "--dataset_size=6",
        "--generations=100",
        "--population=32",
        "--width=16",
        "--inner_lr=0.02",
        "--strategy=SNES",
        "--std=1",
        f"--workdir={tmp_path / 'run'}",
    )
    environment = {"PYTHONPATH": os.pathsep.join([str(target), *sys.path])}
    done = script("distill", *flags, environment=environment)
    assert done.returncode == 0, done.stderr
    rows = read_metrics(tmp_path / "run" / "metrics.csv")
    assert float(rows[-1]["accuracy"]) > 0.85 > 0.75 > float(rows[0]["accuracy"])


def test_an_odd_environment_costs_signs_and_pictures_but_no_result(tiny, tmp_path, script):
    home, here = tmp_path / "home", tmp_path / "here"
    here.mkdir()
    environment = {
        "HOME": str(home),
        "PYTHONIOENCODING": "ascii",
        "MPLBACKEND": "notabackend",
    }
    done = script(
        "distill", *tiny, "--pictures", "--workdir=~/run", environment=environment, cwd=here
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"score: -\d+\.\d+ \? \d+\.\d+ \(3 fresh networks", done.stdout)
    assert "no dataset.png: " in done.stdout
    assert list(here.iterdir()) == []
    assert (home / "run" / "dataset.safetensors").exists()


def test_no_warning_is_printed(tiny, tmp_path, script):
    done = script(
        "distill", *tiny, f"--workdir={tmp_path / 'run'}", environment={"PYTHONWARNINGS": "default"}
    )
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert [line for line in lines if "warning" in line.lower() and "hadax" in line] == []


def test_every_core_takes_a_share_of_the_population(tiny, tmp_path, script):
    done = script("distill", *tiny, f"--workdir={tmp_path / 'run'}")
    shares = 2 if len(os.sched_getaffinity(0)) > 1 else 1
    announced = re.search(r"(\d+) cpu device", done.stdout)
    assert announced, done.stdout
    assert int(announced[1]) >= shares
