"""Every example runs as its reader starts it, on a small part of its work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"

SAYS = {
    "distil_cartpole": ("score:", "measured anew:", "steps balanced by one network:"),
    "engine_loop": ("generation 0: mean return",),
    "own_learner": ("score:", "trained longer:"),
    "own_task": ("ring 0", "ring 1", "test accuracy"),
    "warm_start": ("warm:", "from nothing:"),
}
"""What each script prints, by its name."""

SMALL = {"warm_start": "--steps=10240"}
"""What makes a script quick, where it is not a search of two generations."""

SLOW = {"warm_start", "distil_cartpole"}
"""Scripts that take long to compile."""

NOTEBOOKS = {
    "first_steps": ("cartpole.safetensors",),
    "tutorial": ("cartpole.gif", "cartpole.npz", "cartpole.json"),
}
"""The files that each notebook leaves, by its name."""

BUDGETS = {
    "generations=80": "generations=2, population=8, horizon=20, vary=False, score_networks=2",
    "networks=32, episodes=8": "networks=2, episodes=2",
    "merge([cartpole, pendulum])": "merge([cartpole, pendulum], networks=1, episodes=1)",
}
"""What of a notebook's code is made smaller, and what stands there then."""


def environment():
    return {**os.environ, "JAX_PLATFORMS": "cpu", "MPLBACKEND": "agg"}


def test_every_example_is_run_and_listed():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SAYS)
    assert {path.stem for path in EXAMPLES.glob("*.ipynb")} == set(NOTEBOOKS)
    listed = (EXAMPLES / "README.md").read_text()
    for path in (*EXAMPLES.glob("*.py"), *EXAMPLES.glob("*.ipynb")):
        assert f"`{path.name}`" in listed


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in SAYS]
)
def test_a_script_runs(name, tmp_path):
    small = SMALL.get(name, "--generations=2")
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), small]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    for words in SAYS[name]:
        assert words in done.stdout


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_in_a_kernel(name, tmp_path, monkeypatch):
    reason = "needs nbclient and ipykernel, of the extra dev"
    nbclient = pytest.importorskip("nbclient", reason=reason)
    pytest.importorskip("ipykernel", reason=reason)
    import nbformat

    notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "generations=80, seed=0" in str(notebook)
    for cell in notebook.cells:
        for whole, small in BUDGETS.items():
            cell.source = cell.source.replace(whole, small)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    assert all((tmp_path / left).exists() for left in NOTEBOOKS[name])
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert name == "tutorial" or any("balanced for" in each.get("text", "") for each in outputs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_outputs(name):
    import json

    cells = json.loads((EXAMPLES / f"{name}.ipynb").read_text())["cells"]
    assert not any(cell.get("outputs") for cell in cells)
