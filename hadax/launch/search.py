"""What distilling and neuroevolving share: a search in a folder, from flags to a final state."""

import sys
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jax
import numpy as np

import hadax
from hadax import tasks
from hadax.core.artifact import Artifact, Description, Score, read_artifact, write_artifact
from hadax.core.engine import Engine, RunState
from hadax.core.errors import MOST_ENTRIES, UsageError, require, require_count
from hadax.core.metrics_file import MetricsFile, read_metrics
from hadax.core.run import run
from hadax.core.task import Task
from hadax.core.trees import to_named_arrays
from hadax.launch.build import (
    build_learner_config,
    build_pace,
    fixed_init_key,
    run_key,
    score_key,
)
from hadax.launch.distilled import Distilled, Evolved, revive
from hadax.launch.flags import DISTILLATION, INNER_LOOP, SEARCH, Parsed
from hadax.launch.progress import Progress
from hadax.launch.settings import task_options
from hadax.launch.workdir import Workdir

_PACKAGES = ("jax", "flax", "optax", "evosax", "gymnax")


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


def search(engine: Engine, values: dict[str, Any], workdir: Workdir) -> RunState:
    """Runs the search to its end, or goes on with one that was interrupted."""
    pace, done = build_pace(values), workdir.done
    if done:
        print(f"{workdir.path}: going on after generation {done}", file=sys.stderr)
    with Progress(pace.generations, done) as progress:
        observers = (progress, MetricsFile(workdir.metrics_path, keep=done))
        state = run(engine, run_key(values["seed"]), pace, observers, workdir.checkpoints)
    workdir.checkpoints.close()
    return state


def package_versions() -> dict[str, str]:
    """Versions of what made an artifact, by name."""
    versions = {"hadax": hadax.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def describe_score(score: Score) -> str:
    """A score in words."""
    episodes = f"{score.episodes} episodes" if score.episodes else "the test batch"
    networks = f"{score.networks} fresh networks" if score.networks > 1 else "1 network"
    return f"{describe_spread(score)} ({networks} x {episodes})"


def describe_spread(score: Score) -> str:
    """A score's mean and standard deviation with as many decimals as its size deserves."""
    decimals = 1 if abs(score.mean) >= 10 else 4
    return f"{score.mean:.{decimals}f} ± {score.std:.{decimals}f}"


def backend() -> str:
    """What computes, in words."""
    devices = jax.devices()
    return f"{len(devices)} {devices[0].platform} device{'s' if len(devices) > 1 else ''}"


def open_workdir(values: dict[str, Any], command: str) -> Workdir:
    """The run's folder, once nothing about the run's length or measurement can be refused."""
    build_pace(values)
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
    named |= to_named_arrays(state.task, "task_state")
    diverged = f"{workdir.path}: the search diverged; try a smaller std, learning_rate or inner_lr"
    if not all(np.all(np.isfinite(array)) for array in named.values()):
        raise UsageError(diverged)
    unscored = Artifact(_describe(values, kind, task), named)
    print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
    revived = revive(unscored, str(path))
    score = revived.evaluate(
        score_key(values["seed"]), values["score_networks"], values["score_episodes"]
    )
    if not np.isfinite(score.mean):
        raise UsageError(diverged)
    pictures = _draw(revived, workdir, f"{values['task']}: {describe_score(score)}")
    # Last, because a folder that holds it counts as done.
    write_artifact(path, replace(unscored, description=replace(unscored.description, score=score)))
    print(f"score: {describe_score(score)}")
    for written in (path, *pictures):
        print(f"wrote {written} ({written.stat().st_size:,} bytes)")


def _describe(values: dict[str, Any], kind: str, task: Task) -> Description:
    fixed = values.get("policy_init") == "fixed"
    words = (
        np.asarray(jax.random.key_data(fixed_init_key(values["seed"]))).tolist() if fixed else []
    )
    searched = {flag.name for group in (SEARCH, DISTILLATION) for flag in group.flags}
    return Description(
        kind=kind,
        task=values["task"],
        task_options=task_options(values),
        learner=asdict(build_learner_config(values, task)),
        policy_init="fixed" if fixed else "random",
        init_key=tuple(words),
        seed=values["seed"],
        search={name: values[name] for name in sorted(searched & values.keys())},
        versions=package_versions(),
    )


def _draw(revived: Distilled | Evolved, workdir: Workdir, title: str) -> list[Path]:
    """Draws the run's pictures; says so and draws none where matplotlib is missing."""
    from hadax.launch import pictures

    if not pictures.plotting_available():
        print(
            "no pictures: matplotlib is not installed; pip install 'hadax[plot]'", file=sys.stderr
        )
        return []
    drawn = []
    if isinstance(revived, Distilled):
        drawn.append(workdir.path / "dataset.png")
        pictures.draw_dataset(revived, drawn[-1], title)
    if rows := read_metrics(workdir.metrics_path):
        drawn.append(workdir.path / "learning_curve.png")
        pictures.draw_learning_curve(rows, drawn[-1], title)
    return drawn
