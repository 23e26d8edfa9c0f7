"""What every command does with a result: describe it, draw it, say what was written."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jax
import numpy as np

import hadax
from hadax import tasks
from hadax.core.artifact import Artifact, Description, Score, write_artifact
from hadax.core.errors import UsageError
from hadax.core.task import Task
from hadax.distilled.distilled import Distilled, Evolved, revive
from hadax.launch.commandline.flags import DISTILLATION, SEARCH
from hadax.launch.commandline.settings import task_options
from hadax.launch.observers.snapshots import Snapshot
from hadax.launch.search.build import build_learner_config, fixed_init_key, score_key

_SIMULATORS = {
    "gymnax": ("gymnax",),
    "brax": ("brax", "mujoco", "mujoco-mjx"),
    "playground": ("playground", "mujoco", "mujoco-mjx"),
}
_PACKAGES = ("jax", "flax", "optax", "evosax", *dict.fromkeys(sum(_SIMULATORS.values(), ())))


def package_versions() -> dict[str, str]:
    """Versions of what made an artifact, by name."""
    versions = {"hadax": hadax.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def changed_versions(description: Description) -> str:
    """Which simulators are of another version here than where the artifact was made; "" if none."""
    here = package_versions()
    simulators = _SIMULATORS.get(description.task.partition("/")[0], ())
    changed = [
        f"{name} {before}, here {here.get(name, 'none')}"
        for name, before in description.versions.items()
        if name in simulators and here.get(name) != before
    ]
    return f"made with {'; '.join(changed)}" if changed else ""


def describe_score(score: Score) -> str:
    """A score in words."""
    networks = f"{score.networks} fresh networks" if score.networks > 1 else "1 network"
    if score.metric != "fitness":
        return f"{describe_spread(score)} test {score.metric} ({networks})"
    episodes = f"{score.episodes} episodes" if score.episodes else "the test batch"
    return f"{describe_spread(score)} ({networks} x {episodes})"


def describe_spread(score: Score) -> str:
    """A score's mean and standard deviation with as many decimals as its size deserves."""
    if score.metric == "accuracy":
        return f"{score.mean:.2%} ± {score.std:.2%}"
    decimals = 1 if abs(score.mean) >= 10 else 4
    return f"{score.mean:.{decimals}f} ± {score.std:.{decimals}f}"


def describe(values: dict[str, Any], kind: str, task: Task) -> Description:
    """All of an artifact but its arrays and its score.

    Args:
      values: every flag's value.
      kind: one of hadax.core.artifact.KINDS.
      task: what it is for; options that its factory filled in are recorded too.
    """
    fixed = values.get("policy_init") == "fixed"
    words = (
        np.asarray(jax.random.key_data(fixed_init_key(values["seed"]))).tolist() if fixed else []
    )
    searched = {flag.name for group in (SEARCH, DISTILLATION) for flag in group.flags}
    return Description(
        kind=kind,
        task=values["task"],
        task_options=tasks.recorded_options(values["task"], task, task_options(values)),
        learner=asdict(build_learner_config(values, task)),
        policy_init="fixed" if fixed else "random",
        init_key=tuple(words),
        seed=values["seed"],
        search={name: values[name] for name in sorted(searched & values.keys())},
        versions=package_versions(),
    )


def publish(
    artifact: Artifact,
    path: Path,
    values: dict[str, Any],
    failure: str,
    rows: Sequence[dict[str, str]] = (),
    snapshots: Sequence[Snapshot] = (),
) -> None:
    """Measures an artifact on fresh networks and episodes, and writes it with its pictures.

    Args:
      artifact: without a score.
      path: the file to write; pictures go beside it.
      values: every flag's value.
      failure: what to say when there is nothing to measure.
      rows: metrics of the search, a generation each.
      snapshots: datasets on its way.

    Raises:
      UsageError: networks or scores are not finite.
    """
    print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
    revived = revive(artifact, str(path))
    key = score_key(values["seed"])
    score = revived.evaluate(key, values["score_networks"], values["score_episodes"])
    if not np.isfinite(score.mean):
        raise UsageError(failure)
    title = f"{values['task']}: {describe_score(score)}"
    pictures = _draw(revived, path.parent, title, list(rows), list(snapshots))
    # Last, because a folder that holds it counts as done.
    write_artifact(path, replace(artifact, description=replace(artifact.description, score=score)))
    print(f"score: {describe_score(score)}")
    for written in (path, *pictures):
        print(f"wrote {written} ({written.stat().st_size:,} bytes)")


def _draw(
    revived: Distilled | Evolved,
    folder: Path,
    title: str,
    rows: list[dict[str, str]],
    snapshots: list[Snapshot],
) -> list[Path]:
    """Draws the pictures there are; says so and draws none where matplotlib is missing."""
    from hadax.pictures import datasets as pictures
    from hadax.pictures import films as film

    if not pictures.plotting_available():
        print(
            "no pictures: matplotlib is not installed; pip install 'hadax[plot]'", file=sys.stderr
        )
        return []
    drawn = []
    if isinstance(revived, Distilled):
        drawn.append(folder / "dataset.png")
        pictures.draw_dataset(revived, drawn[-1], title)
    if isinstance(revived, Distilled) and snapshots:
        drawn += [folder / "evolution.png", folder / "evolution.gif"]
        film.draw_strip(revived, snapshots, drawn[-2], title)
        film.draw_film(revived, snapshots, drawn[-1])
    if rows:
        drawn.append(folder / "learning_curve.png")
        pictures.draw_learning_curve(rows, drawn[-1], title)
    return drawn
