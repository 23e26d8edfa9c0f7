"""All that is known of an exported dataset but its arrays, as JSON: what training on it needs."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import jax.numpy as jnp
import numpy as np

from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT
from hadax.core.settings.views import to_json
from hadax.core.specification import Discrete
from hadax.core.task import Task
from hadax.core.types import Document
from hadax.core.words.numbers import in_short
from hadax.distilled.distilled import Distilled
from hadax.distilled.export.pairs import Pairs
from hadax.distilled.export.scaling import InputScaling, scaling_of
from hadax.distilled.files.npz import checksum_of_pairs
from hadax.distilled.score import Score
from hadax.learners.losses import resolved_loss
from hadax.tasks.rl.config import PER_POLICY
from hadax.tasks.rl.environment_task import EnvironmentTask

# Where gymnax's environment is gymnasium's own, observation for observation.
_ALSO_GYMNASIUMS = (
    "Acrobot-v1",
    "CartPole-v1",
    "MountainCar-v0",
    "MountainCarContinuous-v0",
    "Pendulum-v1",
)

_OWN_STATISTICS = (
    "the score is of policies that were normalised by what each observed itself; these are the"
    " statistics of all of them, as `played` uses them"
)

_WINDOW = (
    "the window of {view} x {view} around the largest value of an image's first channel, zero"
    " beyond the image's edges"
)


def description_of(distilled: Distilled, pairs: Pairs, command: str) -> Document:
    """The settings file's content.

    Args:
      distilled: what is exported.
      pairs: its examples.
      command: what finds it again, or "".
    """
    header = distilled.header
    scaling = scaling_of(header.task.task, distilled.task, distilled.state)
    return {
        "task": header.task.task,
        "task_options": dict(header.task.options),
        "pairs": len(pairs.inputs),
        "slots": None if distilled.slots is None else len(distilled.slots),
        "checksum": checksum_of_pairs(pairs.inputs, pairs.targets),
        "arrays": _meaning(distilled, pairs),
        "input": _input(distilled),
        "preprocessing": _preprocessing(distilled, pairs, scaling),
        "target": _target(distilled),
        "training": _training(distilled),
        "score": _score(header.score),
        "played": _score(header.played),
        "environment": _environment(distilled),
        "command": command,
        "versions": dict(header.versions),
    }


def _meaning(distilled: Distilled, pairs: Pairs) -> Document:
    """What each array holds."""
    images = pairs.raw_name == "images"
    discrete = isinstance(distilled.task.target, Discrete)
    classes = "classes" if pairs.answers_name == "labels" else "actions"
    scale = distilled.task.options.get("action_scale")
    bound = in_short(1 / scale if isinstance(scale, float) else 1.0)
    target = (
        f"an action as a network answers it: -{bound} and {bound} are its bounds, beyond them"
        " teaches too"
    )
    whose = "environment" if isinstance(distilled.task, EnvironmentTask) else "task"
    raw = "brightness, 0 to 1 in real images" if images else f"in the {whose}'s own units"
    answer = f"the likeliest of the {classes}" if discrete else "the action within its own bounds"
    quarters = f"; {EXAMPLES_PER_SLOT} in a row are the quarters of a slot, enlarged"
    return {
        "inputs": "what a network is trained on, preprocessing applied"
        f"{'' if distilled.slots is None else quarters}",
        "targets": f"a distribution over the {classes}" if discrete else target,
        pairs.raw_name: f"the inputs before preprocessing, {raw}",
        pairs.answers_name: answer,
    }


def _input(distilled: Distilled) -> Document:
    labels = distilled.task.labels
    return {
        "shape": list(distilled.task.input_shape),
        "names": list(labels.input_names),
        "units": list(labels.input_units),
        "channels": list(labels.channel_names),
    }


def _preprocessing(distilled: Distilled, pairs: Pairs, scaling: InputScaling) -> Document:
    raw = pairs.raw_name.removesuffix("s")
    formula = raw if scaling.changes_nothing else f"({raw} - mean) / std"
    if math.isfinite(scaling.limit):
        formula = f"clip({formula}, -limit, limit)"
    normalizer = distilled.task.normalizer
    return {
        "normalizer": normalizer,
        "formula": f"input = {formula}",
        "mean": scaling.mean.tolist(),
        "std": scaling.std.tolist(),
        "limit": scaling.limit if math.isfinite(scaling.limit) else None,
        "note": "; ".join(_notes(distilled.task)),
    }


def _notes(task: Task) -> Iterator[str]:
    """What numbers do not say of how observations become inputs."""
    if view := task.options.get("view"):
        yield f"an observation is {_WINDOW.format(view=view)}"
    if task.normalizer == PER_POLICY:
        yield _OWN_STATISTICS


def _target(distilled: Distilled) -> Document:
    task = distilled.task
    described: dict[str, Any] = {
        "kind": "discrete" if isinstance(task.target, Discrete) else "continuous",
        "size": task.target.size,
        "names": list(task.labels.target_names or task.class_names),
        "units": list(task.labels.target_units),
    }
    if not isinstance(task.target, Discrete):
        # An answer within [-1, 1] is brought to the bounds of the environment's own actions.
        unit = jnp.ones((1, task.target.size))
        low, high = (np.asarray(task.to_action(sign * unit))[0].tolist() for sign in (-1, 1))
        described |= {
            "action_scale": task.options.get("action_scale"),
            "action_bounds": task.options.get("action_bounds"),
            "low": low,
            "high": high,
        }
    return described


def _training(distilled: Distilled) -> Document:
    """The learner's settings, the loss by its name."""
    config = to_json(distilled.header.learner)
    loop = config["inner_loop"]
    loss = resolved_loss(loop["loss"], distilled.task.target)
    return {**config, "inner_loop": {**loop, "loss": loss}}


def _score(score: Score | None) -> Document | None:
    return None if score is None else {**asdict(score), "in_words": str(score)}


def _environment(distilled: Distilled) -> Document | None:
    """The environment's spaces as gymnasium has them; None for tasks without."""
    task = distilled.task
    if not isinstance(task, EnvironmentTask):
        return None
    family, _, name = distilled.header.task.task.partition("/")
    known = family == "gymnax" and name in _ALSO_GYMNASIUMS
    target = _target(distilled)
    discrete = {"type": "Discrete", "n": target["size"], "start": 0, "dtype": "int64"}
    box = {"type": "Box", "shape": [target["size"]], "dtype": "float32"}
    bounds = {name: target[name] for name in ("low", "high") if name in target}
    observed = {"type": "Box", "shape": list(task.input_shape), "dtype": "float32"}
    return {
        "gymnasium_id": name if known else None,
        "observation_space": observed,
        "action_space": discrete if target["kind"] == "discrete" else {**box, **bounds},
        "horizon": task.environment.horizon,
    }
