"""From a mean of a search to what it found."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np

from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, UsageError
from hadax.core.generation.best_means import ValidatedMean
from hadax.core.generation.engine import Engine
from hadax.core.generation.run_state import RunState
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.slots import EXAMPLES_PER_SLOT, expanded, has_slots, packed
from hadax.core.population.placement import process_count
from hadax.core.run.selection import selected
from hadax.core.settings.views import replaced, to_json
from hadax.core.streams import score_key, selection_key
from hadax.core.task import Task
from hadax.core.types import TaskState
from hadax.core.words.saying import Say
from hadax.distilled.distilled import Distilled
from hadax.distilled.evolved import Evolved
from hadax.distilled.files.header import Header
from hadax.distilled.loading import Loaded
from hadax.distilled.policy import TrainedPolicy
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.run_folder.same_search import measured_so
from hadax.learners.registry import make_learner


def chosen(config: SearchConfig, engine: Engine, state: RunState, say: Say) -> ValidatedMean:
    """The mean that a search is for; says which it is where there was a choice.

    Args:
      config: the search.
      engine: what was run.
      state: the run's last.
      say: is given a line.
    """
    mean = selected(engine, selection_key(config.seed), state)
    if config.validation.keep_best and config.pace.evaluate_every:
        say(f"the mean of generation {int(mean.generation)} of {config.pace.generations}")
    return mean


def say_rate(config: SearchConfig, result: Loaded, say: Say) -> None:
    """Says which learning rate evolved beside a dataset, if one did.

    Args:
      config: the search.
      result: what it found.
      say: is given the line.
    """
    if config.distillation.learn_inner_lr and isinstance(result, Distilled):
        say(f"learned inner_lr: {result.header.learner.inner_loop.inner_lr:.3g}")


def found(header: Header, task: Task, engine: Engine, mean: ValidatedMean) -> Loaded:
    """What a search has found so far, not yet measured.

    Args:
      header: what made it.
      task: what it is for.
      engine: what was run.
      mean: the one of its means that it is for.

    Raises:
      UsageError: numbers that are not finite.
    """
    objective = engine.objective
    where = {
        "devices": engine.devices,
        "platform": jax.default_backend(),
        "processes": process_count(),
    }
    header = replace(header, further={**header.further, "computed_on": where})
    # On one device, as whoever loads the file has them: copies on all would each do the same work.
    candidate, settled = _on_one_device((mean.candidate, task.settle(mean.task)))
    header = replace(header, generation=int(mean.generation))
    result: Loaded
    if isinstance(objective, Distillation):
        # Whichever setting says how many examples there are.
        each = EXAMPLES_PER_SLOT if has_slots(header.distillation) else 1
        sized = replace(header.distillation, dataset_size=objective.initial.size // each)
        header = replace(header, distillation=sized)
        dataset = objective.parametrization.decode(candidate)
        if dataset.inner_lr_factor is not None:
            header = _with_rate(header, float(dataset.inner_lr_factor))
        result = _distilled(replace(dataset, inner_lr_factor=None), task, settled, header)
    else:
        learner = make_learner(header.learner, task.input_shape, task.target)
        result = Evolved(TrainedPolicy(candidate, task, settled, learner), header)
    if not all(np.all(np.isfinite(array)) for array in result.to_artifact().arrays.values()):
        raise UsageError(diverged(header.task.task))
    return result


def _distilled(dataset: Dataset, task: Task, state: TaskState, header: Header) -> Distilled:
    """The dataset for the task, with its slots if it is in any, exactly as a file gives it back."""
    if not has_slots(header.distillation):
        return Distilled(dataset, task, state, header)
    slots = packed(dataset.inputs)
    return Distilled(replace(dataset, inputs=expanded(slots)), task, state, header, slots)


def _with_rate(header: Header, factor: float) -> Header:
    """The header with the learned rate as its learner's own, which all that reads it then uses.

    Raises:
      UsageError: a rate that is none.
    """
    rate = header.learner.inner_loop.inner_lr * factor
    try:
        return replace(header, learner=replaced(header.learner, {"inner_lr": rate}))
    except ConfigError as error:
        raise UsageError(diverged(header.task.task)) from error


def _on_one_device(tree: Any) -> Any:
    """The same arrays on the default device alone."""
    return jax.tree.map(lambda leaf: jax.numpy.asarray(jax.device_get(leaf)), tree)


def diverged(task: str) -> str:
    """What is said of a search whose numbers are not finite."""
    return f"{task}: the search diverged; try a smaller std, learning_rate or inner_lr"


def without_score(task: str) -> str:
    """What is said of a search whose result has no finite score."""
    return f"{diverged(task)}, or look at what the task gives as fitness"


def broken_off(task: str) -> str:
    """What is said of a task of which no episode can be played."""
    return (
        f"{task}: no score: every episode was broken off, at a reward or an observation that is not"
        " finite or an observation beyond a million; look at what its reset and step give"
    )


def measured(result: Loaded, config: SearchConfig, failure: str) -> Loaded:
    """The result with its score on fresh networks and episodes, and that as users play it.

    Args:
      result: what was found.
      config: says on how many.
      failure: what to say when there is nothing to measure.

    Raises:
      UsageError: scores are not finite.
    """
    measuring, key = config.measuring, score_key(config.seed)
    networks, episodes = measuring.score_networks, measuring.score_episodes
    score = result.evaluate(key, networks, episodes)
    if not np.isfinite(score.mean):
        raise UsageError(broken_off(result.header.task.task) if score.broken == 1 else failure)
    played = result.evaluate_as_played(key, networks, episodes)
    if played is not None and not np.isfinite(played.mean):
        played = None
    return replace(result, header=replace(result.header, score=score, played=played))


def measured_otherwise(result: Loaded, config: SearchConfig) -> Loaded | None:
    """A finished result as one that is to be measured as `config` says; None where it was."""
    if measured_so(result.header.further, config):
        return None
    further = {**result.header.further, "measuring": to_json(config.measuring)}
    return replace(result, header=replace(result.header, further=further, score=None))
