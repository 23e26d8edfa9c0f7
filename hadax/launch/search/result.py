"""From the last state of a search to what it found."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import jax
import numpy as np

import hadax
from hadax import tasks
from hadax.core.distillation import Distillation
from hadax.core.engine import Engine, RunState
from hadax.core.errors import UsageError
from hadax.core.settings_views import to_json
from hadax.core.streams import fixed_init_key, score_key
from hadax.core.task import Task
from hadax.distilled.distilled import Distilled
from hadax.distilled.evolved import Evolved
from hadax.distilled.header import Header
from hadax.distilled.loading import Loaded
from hadax.distilled.policy import TrainedPolicy
from hadax.launch.search.build import build_learner_config
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.learners.registry import make_learner

_SIMULATORS = {
    "gymnax": ("gymnax",),
    "brax": ("brax", "mujoco", "mujoco-mjx"),
    "playground": ("playground", "mujoco", "mujoco-mjx"),
}
_PACKAGES = ("jax", "flax", "optax", "evosax", *dict.fromkeys(sum(_SIMULATORS.values(), ())))
_FURTHER = ("verb", "strategy", "placement", "pace", "measuring")


def found(config: SearchConfig, task: Task, engine: Engine, state: RunState) -> Loaded:
    """What a search has found so far, not yet measured.

    Args:
      config: the search.
      task: what it is for.
      engine: what was run.
      state: its last state.

    Raises:
      UsageError: numbers that are not finite.
    """
    header, objective = describe(config, task), engine.objective
    # On one device, as whoever loads the file has them: copies on all would each do the same work.
    mean, settled = _on_one_device((engine.mean(state), task.settle(state.task)))
    result: Loaded
    if isinstance(objective, Distillation):
        # Whichever setting says how many examples there are.
        sized = replace(header.distillation, dataset_size=objective.initial.size)
        header = replace(header, distillation=sized)
        result = Distilled(objective.parametrization.decode(mean), task, settled, header)
    else:
        learner = make_learner(header.learner, task.input_shape, task.target)
        result = Evolved(TrainedPolicy(mean, task, settled, learner), header)
    if not all(np.all(np.isfinite(array)) for array in result.to_artifact().arrays.values()):
        raise UsageError(diverged(config))
    return result


def _on_one_device(tree: Any) -> Any:
    """The same arrays on the default device alone."""
    return jax.tree.map(lambda leaf: jax.numpy.asarray(jax.device_get(leaf)), tree)


def diverged(config: SearchConfig) -> str:
    """What is said of a search whose numbers are not finite."""
    return f"{config.task.task}: the search diverged; try a smaller std, learning_rate or inner_lr"


def measured(result: Loaded, config: SearchConfig, failure: str) -> Loaded:
    """The result with its score on fresh networks and episodes.

    Args:
      result: what was found.
      config: says on how many.
      failure: what to say when there is nothing to measure.

    Raises:
      UsageError: scores are not finite.
    """
    measuring, key = config.measuring, score_key(config.seed)
    score = result.evaluate(key, measuring.score_networks, measuring.score_episodes)
    if not np.isfinite(score.mean):
        raise UsageError(failure)
    return replace(result, header=replace(result.header, score=score))


def describe(config: SearchConfig, task: Task) -> Header:
    """All of an artifact but its arrays and its score.

    Options that the task's factory filled in are recorded too; where data lies on this machine is
    not.
    """
    name, distilling = config.task.task, config.verb == DISTILL
    known = tasks.is_known(name)
    options = tasks.recorded_options(name, task, config.task.options) if known else {}
    fixed = distilling and config.distillation.policy_init == "fixed"
    words = np.asarray(jax.random.key_data(fixed_init_key(config.seed))).tolist() if fixed else ()
    document = to_json(config)
    return Header(
        kind="dataset" if distilling else "policy",
        task=replace(config.task, options=options),
        learner=build_learner_config(config, task),
        distillation=config.distillation,
        seed=config.seed,
        further={section: document[section] for section in _FURTHER},
        init_key=tuple(words),
        versions=package_versions(),
    )


def package_versions() -> dict[str, str]:
    """Versions of what makes an artifact here, by name."""
    versions = {"hadax": hadax.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def changed_versions(header: Header) -> str:
    """Which simulators are of another version here than where the artifact was made; "" if none."""
    here = package_versions()
    simulators = _SIMULATORS.get(header.task.task.partition("/")[0], ())
    changed = [
        f"{name} {before}, here {here.get(name, 'none')}"
        for name, before in header.versions.items()
        if name in simulators and here.get(name) != before
    ]
    return f"made with {'; '.join(changed)}" if changed else ""
