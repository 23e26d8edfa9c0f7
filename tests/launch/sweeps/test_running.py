"""A sweep in this process: what is missing runs, what fails is told, what is there is read."""

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import hadax
from hadax.core.errors import ConfigError
from hadax.launch import sweep as command
from hadax.launch.commandline.command import execute
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search import run as search_run
from hadax.launch.search.presenting import publish
from hadax.launch.search.run_folder.file_names import CONFIG
from hadax.launch.search.run_folder.folder import Folder
from hadax.launch.search.run_folder.lock import lock
from hadax.launch.sweeps.cells import cells
from hadax.launch.sweeps.outcomes import outcome_of
from hadax.launch.sweeps.running import folder_of, refuse_others
from hadax.learners import registry as learner_registry
from hadax.learners.factory import gradient_learner
from hadax.tasks import registry as task_registry

SMALL = {
    "preset": "none",
    "generations": 2,
    "population": 4,
    "depth": 0,
    "inner_steps": 2,
    "score_networks": 2,
}
TASK = "analytic/linear_regression"


@pytest.fixture
def searched(monkeypatch):
    """The seeds that are searched from here on, and those that fail."""
    seeds, failing, search = [], set(), search_run.search

    def watched(request):
        seed = request.resolved.config.seed
        seeds.append(seed)
        if seed in failing:
            raise RuntimeError("a plug-in's own fault\nsecond line")
        return search(request)

    monkeypatch.setattr(search_run, "search", watched)
    # Pictures of each search take longer than these searches.
    monkeypatch.setattr(publish, "_drawn", lambda result, course, say: {})
    return seeds, failing


def test_a_failed_search_ends_no_other_and_is_run_again(tmp_path, capsys, searched):
    seeds, failing = searched
    failing.add(1)
    flags = [f"--{name}={value}" for name, value in SMALL.items()]
    line = [*flags, f"--task={TASK}", "--seed=0,1", f"--workdir={tmp_path / 'sweep'}"]
    assert execute(command.COMMAND, line) == command.FAILED_STATUS
    said = capsys.readouterr()
    assert "2 of 2: seed=1: failed: RuntimeError: a plug-in's own fault\n" in said.err
    assert "1 of 2" in said.out.splitlines()[1]
    assert (tmp_path / "sweep" / "table.txt").read_text() == said.out
    failing.clear()
    assert execute(command.COMMAND, line) == 0
    assert seeds == [0, 1, 1], "what is done is not run again"
    # It can be looked into while somebody runs it.
    unlock = lock(tmp_path / "sweep")
    assert execute(command.COMMAND, [*line, "--status"]) == 0
    assert execute(command.COMMAND, [*line, "--status", "--cluster=slurm"]) == 0
    unlock()
    assert len(seeds) == 3
    before = (tmp_path / "sweep" / "table.csv").read_text()
    assert execute(command.COMMAND, ["--status", f"--workdir={tmp_path / 'sweep'}"]) == 1
    assert (tmp_path / "sweep" / "table.csv").read_text() == before
    assert execute(command.COMMAND, ["--status", f"--workdir={tmp_path / 'none'}"]) == 2
    assert not (tmp_path / "none").exists()
    for name in ("table.csv", "cells.csv", "sweep.json", "scores.png"):
        assert (tmp_path / "sweep" / name).stat().st_size > 0
    # From Python it is the same sweep, in which another seed is all that is missing.
    folder = tmp_path / "sweep"
    swept = hadax.sweep(TASK, workdir=folder, seed=[0, 1, 2], progress=False, **SMALL)
    assert (seeds[3:], swept.complete, swept.lines[0].done) == ([2], True, 3)


def test_a_cell_of_restarts_took_the_seconds_of_all_of_them(tmp_path, searched):
    halved = {**SMALL, "restarts": 2, "restart_generations": 1}
    (found,) = hadax.sweep(TASK, workdir=tmp_path / "sweep", progress=False, **halved).outcomes
    each = [read_metrics(path)[-1] for path in found.folder.glob("restarts/*/metrics.csv")]
    assert len(each) == 2
    assert found.seconds == sum(float(row["seconds"]) for row in each)


@pytest.mark.parametrize("asked", [{"stop_at": 5.0}, {"score_networks": 3}])
def test_a_result_of_another_search_is_not_done(tmp_path, searched, asked):
    """The folder's config is the newest search's, which may have been interrupted there."""
    folder = tmp_path / "sweep"
    hadax.sweep(TASK, workdir=folder, seed=[0], progress=False, **SMALL)
    (cell,) = cells("distill", {"task": TASK, **SMALL, **asked}, {"seed": (0,)})
    own = next((folder / "cells").iterdir())
    Folder(own, cell.resolved.config)
    assert outcome_of(cell, own).status == "missing"


def test_numbers_of_numpy_and_jax_are_settings_too(tmp_path, searched):
    given = {"seed": [np.int64(0), jnp.int32(1)], "std": np.float32(0.5)}
    swept = hadax.sweep(TASK, workdir=tmp_path / "sweep", progress=False, **SMALL, **given)
    assert [each.cell.name for each in swept.outcomes] == ["seed=0", "seed=1"]
    assert searched[0] == [0, 1]


def test_a_refused_setting_runs_nothing(tmp_path, searched):
    seeds, _ = searched
    with pytest.raises(ConfigError, match="std=-1"):
        hadax.sweep(TASK, workdir=tmp_path / "sweep", std=[0.1, -1.0], **SMALL)
    assert seeds == []
    assert not (tmp_path / "sweep").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"workdir": 3}, "workdir=3: must be a folder's path"),
        ({"verb": "distil"}, "verb=distil: must be one of distill, neuroevolve"),
        ({"each": 3}, "each=3: must be a list of settings by name"),
        ({"each": ["std"]}, "each=std: must be a list of settings by name"),
        ({"task": hadax.make(TASK)}, "^task=LinearRegression: a sweep takes names: hadax.regis"),
        ({"task": [TASK, hadax.make(TASK)]}, "^task=LinearRegression: a sweep takes names"),
        ({"each": [{"task": hadax.make(TASK)}]}, "^task=LinearRegression: a sweep takes names"),
        ({"cluster_options": 3}, "cluster_options=3: must be submitit's parameters by name"),
        ({"std": [np.array([0.1, 0.2])]}, r"^std=\[0.1 0.2\]: must be a plain value, no array"),
        ({"std": 2 * [np.array([0.1, 0.2])]}, r"^std=\[0.1 0.2\]: must be a plain value"),
        ({"strategy": np.zeros(2)}, r"^strategy=\[0. 0.\]: must be a plain value"),
        ({"task_option": [np.zeros(2)]}, r"^task_option=\[0. 0.\]: must be a plain value"),
        (
            {"each": [{"std": np.array([0.1, 0.2])}]},
            r"^std=\[0.1 0.2\]: must be a plain value, no array",
        ),
        ({"each": 2 * [{"task_option": {"batch": np.zeros(2)}}]}, r"^task_option=\[0. 0.\]: must"),
        ({"each": [{1: 2}]}, "^each=.*: must be a list of settings by name"),
        ({"std": 10**400}, "^std=1000.*: must be above 0"),
        ({"progress": np.zeros(2)}, r"^progress=\[0. 0.\]: must be true or false"),
    ],
)
def test_arguments_of_another_kind_are_refused_by_name(given, words, tmp_path, searched):
    with pytest.raises(ConfigError, match=words):
        hadax.sweep(**{"task": TASK, "workdir": tmp_path / "sweep", **SMALL, **given})
    assert searched[0] == []
    assert not (tmp_path / "sweep").exists()


@pytest.mark.parametrize("where", [{"slots": 2}, {"cluster": "local"}])
@pytest.mark.parametrize("kind", ["task", "learner"])
def test_what_this_process_registered_is_refused_to_others(
    kind, where, tmp_path, searched, monkeypatch
):
    monkeypatch.setattr(task_registry, "_factories", dict(task_registry._factories))
    monkeypatch.setattr(learner_registry, "_registered", {})
    hadax.register("mine/here", "hadax.tasks.supervised.linear_regression:make")
    hadax.register_learner("mine/here", gradient_learner)
    given = {"task": TASK, **SMALL, kind: "mine/here", "workdir": tmp_path / "sweep"}
    offer = "offer it as an entry point (docs/plugins.md), or slots=1"
    with pytest.raises(ConfigError) as refused:
        hadax.sweep(**given, **where)
    assert str(refused.value) == (f"{kind}=mine/here: is registered in this process alone; {offer}")
    assert searched[0] == []
    assert not (tmp_path / "sweep").exists()
    hadax.sweep(**given)
    assert searched[0]


def test_each_config_is_read_once_and_a_damaged_one_ends_no_other(tmp_path, monkeypatch):
    given = {**SMALL, "task": TASK}
    found = cells("distill", given, {"seed": (0, 1, 2)})
    for cell in found:
        Folder(folder_of(tmp_path, cell), cell.resolved.config)
    (folder_of(tmp_path, found[0]) / CONFIG).write_text("[")
    (folder_of(tmp_path, found[1]) / CONFIG).unlink()
    (folder_of(tmp_path, found[1]) / CONFIG).mkdir()
    read, read_text = [], Path.read_text

    def watched(path, *arguments, **named):
        read.append(path.name)
        return read_text(path, *arguments, **named)

    monkeypatch.setattr(Path, "read_text", watched)
    refuse_others(tmp_path, found)
    assert read == 3 * [CONFIG]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"population": 6}, "--population=6: the run in"),
        ({"cluster_option": "timeout_min=5"}, "--cluster_option=timeout_min=5: needs a cluster"),
    ],
)
def test_a_sweep_that_cannot_be_leaves_what_is_there(tmp_path, capsys, searched, changed, words):
    folder = tmp_path / "sweep"

    def line(settings):
        return [f"--{name}={value}" for name, value in settings.items()]

    given = {**SMALL, "task": TASK, "seed": 0, "workdir": folder}
    assert execute(command.COMMAND, line(given)) == 0
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert execute(command.COMMAND, line({**given, **changed})) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_cell_whose_config_is_damaged_ends_no_other(tmp_path, capsys, searched):
    folder = tmp_path / "sweep"
    flags = [f"--{name}={value}" for name, value in SMALL.items()]
    line = [*flags, f"--task={TASK}", "--seed=0,1", f"--workdir={folder}"]
    assert execute(command.COMMAND, line) == 0
    (folder / "cells" / "seed=0" / "config.json").write_text("{")
    capsys.readouterr()
    assert execute(command.COMMAND, line) == command.FAILED_STATUS
    assert "seed=0: failed: " in capsys.readouterr().err
