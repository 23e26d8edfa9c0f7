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
}
"""What each script prints, by its name."""

NOTEBOOK = EXAMPLES / "first_steps.ipynb"


def environment():
    return {**os.environ, "JAX_PLATFORMS": "cpu", "MPLBACKEND": "agg"}


def test_every_example_is_run_and_listed():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SAYS)
    assert set(EXAMPLES.glob("*.ipynb")) == {NOTEBOOK}
    listed = (EXAMPLES / "README.md").read_text()
    for path in (*EXAMPLES.glob("*.py"), NOTEBOOK):
        assert f"`{path.name}`" in listed


@pytest.mark.parametrize("name", SAYS)
def test_a_script_runs(name, tmp_path):
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), "--generations=2"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    for words in SAYS[name]:
        assert words in done.stdout


def test_the_notebook_runs_in_a_kernel(tmp_path, monkeypatch):
    reason = "needs nbclient and ipykernel, of the extra dev"
    nbclient = pytest.importorskip("nbclient", reason=reason)
    pytest.importorskip("ipykernel", reason=reason)
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert "generations=80, seed=0" in notebook.cells[1].source
    notebook.cells[1].source = notebook.cells[1].source.replace(
        "generations=80", "generations=2, population=8, horizon=20, vary=False, score_networks=2"
    )
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute()
    assert (tmp_path / "cartpole.safetensors").exists()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert any("balanced for" in output.get("text", "") for output in outputs)


def test_the_notebook_is_kept_without_outputs():
    import json

    cells = json.loads(NOTEBOOK.read_text())["cells"]
    assert not any(cell.get("outputs") for cell in cells)
