"""Searches as a cluster's jobs, with submitit's local executor."""

import importlib.util
import os
import pickle
import shutil

import pytest

from hadax.core.errors import ConfigError, UsageError
from hadax.launch import sweep
from hadax.launch.commandline.command import execute
from hadax.launch.sweeps import submitted
from hadax.launch.sweeps.submitted import Submitted, Work


def test_all_are_submitted_and_a_failed_one_is_told(scripted, ended, tmp_path):
    jobs = [scripted(0, "print('fine')"), scripted(1, "import sys; sys.exit('no such thing')")]
    Submitted("local", tmp_path / "submitit", 2, {"timeout_min": 5}).run(jobs, ended)
    assert ended.found == {0: "", 1: f"no such thing (status 1; {jobs[1].log})"}
    assert jobs[0].log.read_text() == "fine\n"


def test_a_job_that_is_preempted_saves_and_is_queued_again(scripted):
    pytest.importorskip("submitit")
    work = Work(scripted(0, "print('fine')"))
    assert work() == ""
    again = work.checkpoint()
    assert pickle.loads(pickle.dumps(again)).function() == ""


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """SLURM's commands as far as a sweep sees them; gives a function that says what sbatch does."""
    pytest.importorskip("submitit")
    commands = tmp_path / "commands"
    commands.mkdir()

    def says(sbatch):
        for name, line in (("srun", "exit 0"), ("sbatch", sbatch)):
            (commands / name).write_text(f"#!/bin/sh\n{line}\n")
            (commands / name).chmod(0o755)

    says("exit 1")
    monkeypatch.setenv("PATH", f"{commands}:{os.environ['PATH']}")
    return says


def test_what_the_cluster_does_not_take_is_told_in_its_words(slurm, scripted, ended, tmp_path):
    slurm("echo 'sbatch: error: no such partition' >&2; echo 'failed' >&2; exit 1")
    jobs = [scripted(seed, "") for seed in (0, 1)]
    with pytest.raises(UsageError, match=r"^--cluster=slurm: sbatch: error: no such partition$"):
        Submitted("slurm", tmp_path / "submitit", 2).run(jobs, ended)
    assert ended.found == {}


def test_a_sweep_that_the_cluster_does_not_take_ends_in_one_line(slurm, tmp_path, capsys):
    slurm("echo 'sbatch: error: no such partition' >&2; exit 1")
    settings = {"task": "analytic/linear_regression", "workdir": tmp_path / "sweep", "seed": "0,1"}
    flags = [f"--{name}={value}" for name, value in settings.items()]
    assert execute(sweep.COMMAND, [*flags, "--cluster=slurm"]) == 2
    said = capsys.readouterr().err.splitlines()
    told = "hadax-sweep: --cluster=slurm: sbatch: error: no such partition"
    assert said == ["2 searches, 0 done already", told]
    slurm("exit 0")
    shutil.rmtree(tmp_path / "sweep")
    assert execute(sweep.COMMAND, [*flags, "--cluster=slurm", "--cluster_option=foo=1"]) == 2
    assert capsys.readouterr().err.startswith("hadax-sweep: --cluster_option=foo=1: Parameter")
    assert not (tmp_path / "sweep").exists()


def test_slurm_is_given_no_larger_array_than_it_takes_and_one_at_a_time(
    slurm, scripted, ended, tmp_path, monkeypatch
):
    sizes, unfinished = [], []

    class Finished:
        def done(self):
            unfinished.pop()
            return True

        def result(self):
            return ""

    def submit(self, executor, jobs):
        if jobs:
            assert unfinished == []
            sizes.append(len(jobs))
            unfinished.extend(jobs)
        return [(job, Finished()) for job in jobs]

    monkeypatch.setattr(submitted, "_POLL_SECONDS", 0)
    monkeypatch.setattr(Submitted, "_submit", submit)
    Submitted("slurm", tmp_path, 7).run(2100 * [scripted(0, "")], ended)
    assert sizes == [1000, 1000, 100]


def test_a_job_whose_time_is_over_is_queued_again_more_often_than_submitit_would(slurm, tmp_path):
    executor = Submitted("slurm", tmp_path, 1)._executor(tmp_path)
    assert executor._executor.max_num_timeout >= 1000


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout_min": "x"}, "timeout_min=x: must be a whole number of minutes, at least 1"),
        ({"timeout_min": 240.5}, r"timeout_min=240\.5: must be a whole number of minutes"),
        ({"timeout_min": 0}, "timeout_min=0: must be a whole number of minutes, at least 1"),
        ({"slurm_time": "4:00:00"}, "slurm_time=4:00:00: must be a whole number of minutes"),
        ({"mem_gb": "x"}, 'mem_gb=x: Parameter "mem_gb" expected type'),
        ({"foo": 1}, "foo=1: Parameter 'foo' need to be prefixed"),
        ({"tasks_per_node": 2}, "tasks_per_node=2: must be 1: a search of a sweep is one process"),
        ({"slurm_ntasks_per_node": 2}, "slurm_ntasks_per_node=2: must be 1"),
        ({"nodes": 3}, "nodes=3: must be 1"),
    ],
)
def test_an_option_of_no_use_is_refused_before_anything_is_made(tmp_path, options, words):
    pytest.importorskip("submitit")
    with pytest.raises(ConfigError, match=f"^cluster_option={words}"):
        Submitted("local", tmp_path / "submitit", 1, options)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_work_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="cluster=pbs: must be one of slurm, local"):
        Submitted("pbs", tmp_path, 1)
    if shutil.which("srun") is None:
        with pytest.raises(ConfigError, match=r"cluster=slurm: .*srun"):
            Submitted("slurm", tmp_path, 1)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs submitit; pip install 'hadax\[sweep\]'"):
        Submitted("slurm", tmp_path, 1)
