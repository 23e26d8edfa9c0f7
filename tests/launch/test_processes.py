"""Several processes that share one search: the same result, one writer, and none left waiting."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import hadax
from hadax.launch.machine.peers import LOST_STATUS

SEARCH = (
    "--task=analytic/linear_regression",
    "--population=16",
    "--chunk=2",
    "--depth=0",
    "--score_networks=2",
    "--seed=3",
)
ENVIRONMENT = {
    **os.environ,
    "XLA_FLAGS": "--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start(index: int, port: int, workdir: Path, *flags: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "hadax.launch.distill", *SEARCH, *flags]
    shared = (f"--coordinator=127.0.0.1:{port}", "--processes=2", f"--process_id={index}")
    return subprocess.Popen(
        [*command, *shared, f"--workdir={workdir}"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def both(workdir: Path, *flags: str) -> list[subprocess.Popen]:
    port = free_port()
    return [start(index, port, workdir, *flags) for index in range(2)]


def wait_for(path: Path, rows: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if path.exists() and len(path.read_text().splitlines()) > rows:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} has not come")


@pytest.fixture(scope="module")
def alone() -> np.ndarray:
    settings = dict(flag.removeprefix("--").split("=") for flag in SEARCH)
    typed = {name: int(value) if value.isdigit() else value for name, value in settings.items()}
    found = hadax.distill(**typed, generations=400, devices=1, progress=False)
    return np.asarray(found.dataset.inputs)


def test_stopped_and_killed_two_processes_find_what_one_finds(tmp_path, alone):
    workdir = tmp_path / "run"
    flags = ("--generations=400", "--checkpoint_every=5")

    processes = both(workdir, *flags)
    wait_for(workdir / "metrics.csv", 3)
    processes[1].send_signal(signal.SIGTERM)
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [143, 143], outputs
    assert "interrupted" in outputs[0][1]
    saved = len((workdir / "metrics.csv").read_text().splitlines())

    first, second = both(workdir, *flags)
    wait_for(workdir / "metrics.csv", saved + 8)
    second.kill()
    _, said = first.communicate(timeout=60)
    second.communicate()
    assert first.returncode == LOST_STATUS
    assert "process 1 of 2 was lost; the same command goes on" in said

    processes = both(workdir, *flags)
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert "going on after generation" in outputs[0][1]
    assert "score:" in outputs[0][0]
    assert "score:" not in outputs[1][0]
    found = hadax.load_dataset(workdir / "dataset.safetensors")
    np.testing.assert_allclose(found.dataset.inputs, alone, atol=1e-5)
    assert found.header.further["computed_on"]["processes"] == 2


@pytest.mark.slow
def test_what_one_process_refuses_is_said_once(tmp_path):
    workdir = tmp_path / "file"
    workdir.write_text("in the way")
    processes = both(workdir, "--generations=2")
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [2, 2], outputs
    assert "--workdir" in outputs[0][1]
    assert "--workdir" not in outputs[1][1]
