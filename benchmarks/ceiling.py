"""What the inner loop allows: images found with exact gradients through it, in place of evolution.

A yardstick, no part of the method: the same network, inner loop and way to write the images, moved
by the gradient of the loss on real images through all inner steps (Adam whose rate falls along a
cosine). Labels and the inner learning rate are learned. Accuracies are those of fresh networks on
the whole test split. Of the digits the gradient's batch is all there are.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import jax
import optax
from absl import app, flags

from benchmarks.measure import report
from hadax.core.objectives.distillation import Distillation
from hadax.core.settings.config import PARAMETRIZATIONS
from hadax.core.settings.fields import Value
from hadax.core.types import Candidate, Key, TaskState
from hadax.distilled.measuring import evaluate_networks
from hadax.launch.search.build import build_distillation, build_task
from hadax.launch.search.config import DISTILL, SearchConfig
from hadax.launch.search.resolve import resolve

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_TASK = flags.DEFINE_string("task", "supervised/fashion_mnist", "a task of real images")
_WIDTH = flags.DEFINE_integer("width", 128, "units of the hidden layer")
_INNER = flags.DEFINE_integer("inner_steps", 120, "steps of a network's training")
_HOW = flags.DEFINE_enum("parametrization", "raw", PARAMETRIZATIONS, "how images are written")
_COMPONENTS = flags.DEFINE_integer("components", 64, "principal components (pca, multi)")
_EACH = flags.DEFINE_integer("images_per_class", 1, "images of every class")
_OUTER = flags.DEFINE_integer("outer_steps", 300, "gradient steps of the images")
_RATE = flags.DEFINE_float("outer_lr", 0.02, "learning rate of the images, at first")
_FALL = flags.DEFINE_integer("decay_steps", 300, "outer steps in which it falls to zero")
_BATCH = flags.DEFINE_integer("batch", 2048, "real images of one outer step")
_EVERY = flags.DEFINE_integer("every", 50, "outer steps between measurements")
_NETWORKS = flags.DEFINE_integer("networks", 3, "fresh networks of a measurement")
_SEED = flags.DEFINE_integer("seed", 0, "decides everything random")

_Outer: TypeAlias = tuple[Candidate, optax.OptState]


def main(arguments: Sequence[str]) -> None:
    """Descends, measuring on the way."""
    del arguments
    rows = list(_rows(_config()))
    report("ceiling", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _config() -> SearchConfig:
    """The search whose inner loop is asked about."""
    settings: dict[str, Value] = {
        "task": _TASK.value,
        "seed": _SEED.value,
        "images_per_class": _EACH.value,
        "learn_labels": True,
        "learn_inner_lr": True,
        "parametrization": _HOW.value,
        "components": _COMPONENTS.value,
        "eval_batch": _BATCH.value,
        "width": _WIDTH.value,
        "depth": 1,
        "activation": "tanh",
        "hidden_scale": 0.3,
        "inner_optimizer": "momentum",
        "inner_lr": 0.05,
        "inner_steps": _INNER.value,
    }
    return resolve(DISTILL, settings, "none").config


def _rows(config: SearchConfig) -> Iterator[dict[str, Any]]:
    """A row each time that the images are measured."""
    objective = build_distillation(config, build_task(config.task))
    key = jax.random.key(config.seed)
    state, candidate = objective.init(key), objective.prototype(key)
    optimizer = optax.adam(optax.cosine_decay_schedule(_RATE.value, _FALL.value))
    outer = candidate, optimizer.init(candidate)
    for step in range(1, _OUTER.value + 1):
        outer = _step(optimizer.update, objective, state, jax.random.fold_in(key, step), outer)
        if step % _EVERY.value == 0 or step == _OUTER.value:
            row = {"outer steps": step, **_measured(config, objective, state, outer[0])}
            print(row, flush=True)
            yield row


@partial(jax.jit, static_argnums=0)
def _step(
    update: optax.TransformUpdateFn,
    objective: Distillation,
    state: TaskState,
    key: Key,
    outer: _Outer,
) -> _Outer:
    """One step of the images along the exact gradient of the fitness."""
    candidate, optimizer_state = outer
    draw = objective.draw(key)

    def cost(candidate: Candidate) -> jax.Array:
        return -objective.evaluate(draw, objective.train(draw, candidate), state).fitness

    updates, optimizer_state = update(jax.grad(cost)(candidate), optimizer_state, candidate)
    return optax.apply_updates(candidate, updates), optimizer_state


def _measured(
    config: SearchConfig, objective: Distillation, state: TaskState, candidate: Candidate
) -> dict[str, float]:
    """The learned rate, and the test accuracy of fresh networks."""
    dataset, (learner,) = objective.parametrization.decode(candidate), objective.learners
    keys = jax.random.split(jax.random.key(config.seed + 1), 2 * _NETWORKS.value)
    task, _ = objective.task.for_measuring(1)
    initial, others = keys[: _NETWORKS.value], keys[_NETWORKS.value :]
    found = evaluate_networks(learner, task, dataset, state, initial, others)
    accuracies = found.metrics["accuracy"].tolist()
    factor = 1.0 if dataset.inner_lr_factor is None else float(dataset.inner_lr_factor)
    rate = config.learner.inner_loop.inner_lr * factor
    numbered = {f"network {place}": value for place, value in enumerate(accuracies, 1)}
    return {"inner_lr": rate, **numbered}


if __name__ == "__main__":
    app.run(main)
