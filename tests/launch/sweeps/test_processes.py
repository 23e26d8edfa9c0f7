"""Real searches in processes of their own: the same results; an interrupt loses nothing."""

import signal
import subprocess
import sys
import time

import pytest

import hadax
from hadax.launch import tune
from hadax.launch.commandline.command import execute
from hadax.launch.observers.metrics_file import read_metrics

pytestmark = pytest.mark.slow

TASK = "analytic/linear_regression"
SMALL = {
    "preset": "none",
    "generations": 3,
    "population": 4,
    "depth": 0,
    "score_networks": 2,
    "devices": 1,
}


def flags(**settings):
    return [f"--{name}={value}" for name, value in {"task": TASK, **settings}.items()]


@pytest.mark.parametrize("where", [{"slots": 2}, {"slots": 2, "cluster": "local"}])
def test_searches_of_their_own_processes_end_as_those_of_this_one(tmp_path, where):
    grid = {**SMALL, "seed": [0, 1], "progress": False}
    here = hadax.sweep(TASK, workdir=tmp_path / "here", **grid)
    there = hadax.sweep(TASK, workdir=tmp_path / "there", **grid, **where)
    assert here.complete
    assert [each.score for each in there.outcomes] == [each.score for each in here.outcomes]


def test_a_sweep_that_is_interrupted_goes_on(tmp_path):
    long = {**SMALL, "generations": 3000, "checkpoint_every": 0, "evaluate_every": 0}
    line = flags(**long, seed="0,1", slots=2, workdir=tmp_path / "sweep")
    command = [sys.executable, "-m", "hadax.launch.sweep", *line]
    metrics = tmp_path / "sweep" / "cells" / "seed=0" / "metrics.csv"
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and len(read_metrics(metrics)) < 20:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()
    assert process.returncode == 128 + signal.SIGTERM, said
    assert said.splitlines()[-1] == "hadax-sweep: interrupted; the same command goes on"
    assert list(metrics.parent.glob("checkpoints/*.safetensors")), "it saved what it had"
    done = len(read_metrics(metrics))
    assert subprocess.run(command, capture_output=True).returncode == 0
    log = (tmp_path / "sweep" / "logs" / "seed=0.txt").read_text()
    assert f"going on after generation {done}" in log


def test_a_tuning_of_real_searches_goes_on(tmp_path, capsys):
    line = flags(**SMALL, workdir=tmp_path / "tuning", space="std=0.01:0.5:log,inner_steps=2:8")
    assert execute(tune.COMMAND, [*line, "--trials=2"]) == 0
    assert execute(tune.COMMAND, [*line, "--trials=3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-3].startswith("3 trials")
    assert said[-1].startswith(f"hadax-distill --task={TASK}")
    assert len(list((tmp_path / "tuning" / "trials").iterdir())) == 3
