"""A distillation small enough to be run many times."""

import os
import subprocess
import sys

import pytest

from hadax.launch import distill
from hadax.launch.commandline.command import execute

TINY = (
    "--task=analytic/linear_regression",
    "--preset=none",
    "--generations=6",
    "--population=8",
    "--width=8",
    "--inner_steps=5",
    "--evaluate_every=3",
    "--checkpoint_every=2",
    "--score_networks=3",
    "--score_episodes=2",
    "--pictures=false",
)


@pytest.fixture(scope="session")
def tiny():
    return TINY


@pytest.fixture
def distil(tmp_path):
    """Runs hadax-distill in this process; gives its exit status."""

    def run(*flags, workdir=tmp_path / "run"):
        return execute(distill.COMMAND, [*TINY, f"--workdir={workdir}", *flags])

    return run


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Runs a command that must end with status 2 in one line and write nothing; gives the line."""

    def run(command, arguments):
        monkeypatch.chdir(tmp_path)
        assert execute(command, arguments) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []
        return err

    return run


@pytest.fixture
def script():
    """Runs a launch script in a process of its own, as a user does."""

    def run(module, *flags, environment=None, **options):
        return subprocess.run(
            [sys.executable, "-m", f"hadax.launch.{module}", *flags],
            env={**os.environ, "JAX_PLATFORMS": "cpu", **(environment or {})},
            capture_output=True,
            text=True,
            **options,
        )

    return run
