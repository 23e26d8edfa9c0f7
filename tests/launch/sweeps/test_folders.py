"""Where many searches are kept: a folder named after their tasks. None of them runs here."""

import json
from pathlib import Path

import pytest

from hadax import tasks
from hadax.launch import sweep, tune
from hadax.launch.commandline.command import execute
from hadax.launch.sweeps import running
from hadax.launch.sweeps.folders import root_folder
from hadax.launch.sweeps.running import Sweep
from hadax.launch.sweeps.tuning import Trial, Tuning

ONE, OTHER = "analytic/linear_regression", "analytic/linear_quadratic"
BOTH = "distill-analytic-linear_regression,analytic-linear_quadratic"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The folders that sweeps and tunings would use."""
    monkeypatch.chdir(tmp_path)
    found = []

    def swept(cells, root, launcher, say):
        found.append(root)
        return Sweep(root, ())

    def tuned(self, trials):
        found.append(self.root)
        return [Trial(0, "fail", None, {}, "0000")]

    monkeypatch.setattr(running, "run_sweep", swept)
    monkeypatch.setattr(Tuning, "run", tuned)
    return found


@pytest.mark.parametrize(
    ("rows", "flags", "name"),
    [
        ([{"task": ONE}, {"task": OTHER}, {"task": ONE, "std": 0.3}], ["--seed=0,1"], BOTH),
        ([{"task": ONE}, {"task": ONE, "std": 0.3}], [], "distill-analytic-linear_regression"),
        ([{"std": 0.2}], [], "distill-gymnax-CartPole-v1"),
        ([{"std": 0.2}], [f"--task={ONE},{OTHER}"], BOTH),
        ([{"std": 0.2}], [f"--task={ONE}"], "distill-analytic-linear_regression"),
    ],
)
def test_a_sweeps_folder_has_the_names_of_its_tasks(folders, rows, flags, name):
    Path("each.json").write_text(json.dumps(rows))
    status = execute(sweep.COMMAND, ["--each=each.json", *flags])
    assert (status, folders) == (0, [Path("sweeps") / name])


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ([f"--space=task={ONE}|{OTHER}"], BOTH),
        ([f"--task={ONE}", "--space=std=0.1:0.2"], "distill-analytic-linear_regression"),
        (["--space=std=0.1:0.2"], "distill-gymnax-CartPole-v1"),
    ],
)
def test_a_tunings_folder_has_the_names_of_its_tasks(folders, flags, name):
    pytest.importorskip("optuna")
    assert execute(tune.COMMAND, flags) == tune.FAILED_STATUS
    assert folders == [Path("tuning") / name]


def test_the_names_of_many_tasks_end_in_a_digest():
    known = [name for name in tasks.names() if name.startswith("brax/")]
    assert len(",".join(known)) > 120
    long, other = (root_folder("sweeps", None, "distill", each) for each in (known, known[::-1]))
    assert long.name.startswith("distill-brax-")
    assert long != other
    assert len(long.name) < 150
    several = [f"some/task-number-{place}" for place in range(40)]
    assert len(root_folder("sweeps", None, "distill", several).name) < 150


@pytest.mark.parametrize("name", ["gymnax/CartPole-v1", "my/task_2.1+x"])
def test_one_tasks_name_stays(name):
    found = root_folder("sweeps", None, "neuroevolve", [name, name])
    assert found == Path("sweeps") / f"neuroevolve-{name.replace('/', '-')}"
    assert root_folder("sweeps", None, "distill", []).name == "distill-gymnax-CartPole-v1"
