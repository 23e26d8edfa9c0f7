"""What distilling and neuroevolving share: a search in a folder, from flags to a final state."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hadax import tasks
from hadax.core.artifact import Artifact, read_artifact
from hadax.core.engine import Engine, RunState
from hadax.core.errors import MOST_ENTRIES, UsageError, require, require_count
from hadax.core.run import Observer, run
from hadax.core.task import Task
from hadax.core.trees import to_named_arrays
from hadax.launch.commandline.flags import INNER_LOOP, Parsed
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics
from hadax.launch.observers.progress import Progress
from hadax.launch.observers.snapshots import read_snapshots
from hadax.launch.search.build import build_pace, run_key
from hadax.launch.search.folder import Workdir
from hadax.launch.search.publish import describe, describe_score, publish


def list_tasks(parsed: Parsed) -> bool:
    """Prints the tasks when asked to; whether it was."""
    if parsed.values["list_tasks"]:
        print("\n".join(tasks.names()))
    return bool(parsed.values["list_tasks"])


def workdir_path(values: dict[str, Any], command: str) -> Path:
    """The run's folder: the one named, or one under runs/ that says task and seed."""
    task = values["task"].replace("/", "-")
    default = Path("runs") / f"{command}-{task}-seed{values['seed']}"
    if values["workdir"] is None:
        return default
    require(values["workdir"] != "", "workdir", "", "name a folder, or leave the flag out")
    return Path(values["workdir"])


def already_done(values: dict[str, Any], command: str, kind: str) -> bool:
    """Whether the run's folder holds its result already; prints the result's score then."""
    path = workdir_path(values, command) / f"{kind}.safetensors"
    if not path.exists():
        return False
    Workdir(path.parent, command, values)
    score = read_artifact(path).description.score
    measured = "not measured" if score is None else describe_score(score)
    print(f"done already: {path}: {measured}")
    return True


def search(
    engine: Engine, values: dict[str, Any], workdir: Workdir, observers: Sequence[Observer] = ()
) -> RunState:
    """Runs the search to its end, or goes on with one that was interrupted.

    Args:
      engine: what is run.
      values: every flag's value.
      workdir: the run's folder.
      observers: told of every generation, besides the progress bar and the metrics file.
    """
    pace, done = build_pace(values), workdir.done
    if done:
        print(f"{workdir.path}: going on after generation {done}", file=sys.stderr)
    with Progress(pace.generations, done) as progress:
        everyone: Sequence[Observer] = (
            progress,
            MetricsFile(workdir.metrics_path, keep=done),
            *observers,
        )
        state = run(engine, run_key(values["seed"]), pace, everyone, workdir.checkpoints)
    workdir.checkpoints.close()
    return state


def open_workdir(values: dict[str, Any], command: str) -> Workdir:
    """The run's folder, once nothing about the run's length or measurement can be refused."""
    pace, curriculum = build_pace(values), values["curriculum"] or 0
    expected = f"must be over by generation {pace.generations}, to end with whole episodes"
    require(curriculum <= pace.generations, "curriculum", curriculum, expected)
    for name in ("score_networks", "score_episodes"):
        require_count(name, values[name], 1, MOST_ENTRIES)
    return Workdir(workdir_path(values, command), command, values)


def with_unused_defaults(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the inner loop's defaults, for commands without an inner loop."""
    return {**{flag.name: flag.default for flag in INNER_LOOP.flags}, **values}


def finish(
    values: dict[str, Any],
    workdir: Workdir,
    task: Task,
    kind: str,
    arrays: dict[str, Any],
    state: RunState,
) -> None:
    """Measures what was evolved and writes it with its pictures into the run's folder.

    Args:
      values: every flag's value.
      workdir: the run's folder.
      task: what it was evolved for.
      kind: one of hadax.core.artifact.KINDS.
      arrays: what was evolved, by name.
      state: the search's last state.
    """
    path = workdir.path / f"{kind}.safetensors"
    named = {name: np.asarray(array) for name, array in arrays.items()}
    named |= to_named_arrays(task.settle(state.task), "task_state")
    diverged = f"{workdir.path}: the search diverged; try a smaller std, learning_rate or inner_lr"
    if not all(np.all(np.isfinite(array)) for array in named.values()):
        raise UsageError(diverged)
    artifact = Artifact(describe(values, kind, task), named)
    rows, snapshots = read_metrics(workdir.metrics_path), read_snapshots(workdir.snapshots_path)
    publish(artifact, path, values, diverged, rows, snapshots)
