"""A search from its settings to its result, in a folder or in memory: what every caller shares."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from hadax.core.best_means import ValidatedMean
from hadax.core.distillation import Distillation
from hadax.core.engine import Engine
from hadax.core.objective import Objective
from hadax.core.parametrizations.slots import describe_size, has_slots
from hadax.core.placement import describe_devices
from hadax.core.run import Interrupted, Observer, run
from hadax.core.run_state import RunState
from hadax.core.selection import best_so_far, selected
from hadax.core.streams import run_key, selection_key
from hadax.core.task import Task
from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import Loaded, load
from hadax.distilled.observation_statistics import with_given_statistics
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics
from hadax.launch.observers.progress import Progress
from hadax.launch.observers.snapshots import read_snapshots
from hadax.launch.search.build import build_engine, build_header, build_objective, build_task
from hadax.launch.search.config import DISTILL
from hadax.launch.search.folder import Folder, result_path
from hadax.launch.search.publish import Course, Say, publish, publish_missing
from hadax.launch.search.resolve import Resolved
from hadax.launch.search.result import diverged, found, measured
from hadax.launch.search.snapshots import keep_last, snapshots_of


@dataclass(frozen=True)
class Request:
    """What is to be searched, where it goes and who is told.

    Attributes:
      resolved: the search.
      folder: the run's folder; None writes nothing.
      task: in place of the one that the search names.
      observers: told of every generation.
      progress: whether a bar (or lines) is shown on stderr.
      keeps_interrupted: whether an interrupt gives what was found so far, instead of raising.
      say: is given what a person may want to know, a line at a time.
    """

    resolved: Resolved
    folder: Path | None = None
    task: Task | None = None
    observers: Sequence[Observer] = ()
    progress: bool = True
    keeps_interrupted: bool = False
    say: Say = print


def search(request: Request) -> Loaded:
    """Searches, or goes on with a search that was interrupted; measures and writes the result.

    Raises:
      UsageError: settings, data or a folder that cannot work, or numbers that are not finite.
      Interrupted: after Ctrl-C or SIGTERM, unless what was found is to be kept.
    """
    config = request.resolved.config
    if (finished := _finished(request)) is not None:
        return finished
    task = _task(request)
    objective, header = build_objective(config, task), build_header(config, task)
    engine = build_engine(config, objective)
    folder = None if request.folder is None else Folder(request.folder, config)
    request.say(_announcement(request, objective, engine))
    best: ValidatedMean | None = None
    try:
        state = _run(request, engine, folder)
        best = best_so_far(engine, state)
        best = _selected(request, engine, state)
        result = found(header, task, engine, best)
        _say_rate(request, result)
        if folder is not None:
            keep_last(engine.objective, folder, config, best)
        result = _measured(request, result, folder)
    except KeyboardInterrupt as stopped:
        best = best_so_far(engine, stopped.state) if isinstance(stopped, Interrupted) else best
        if not request.keeps_interrupted or best is None:
            raise
        said = str(stopped) or "interrupted"
        print(f"{said}: what was found is returned, not measured", file=sys.stderr)
        return found(header, task, engine, best)
    if folder is not None:
        publish(result, folder.artifact_path, _course(folder), request.say)
    return result


def _selected(request: Request, engine: Engine, state: RunState) -> ValidatedMean:
    """The mean that the search is for; says which it is where there was a choice."""
    config = request.resolved.config
    mean = selected(engine, selection_key(config.seed), state)
    if config.validation.keep_best and config.pace.evaluate_every:
        request.say(f"the mean of generation {int(mean.generation)} of {config.pace.generations}")
    return mean


def _measured(request: Request, result: Loaded, folder: Folder | None) -> Loaded:
    """The result with its score."""
    config = request.resolved.config
    if request.progress:
        print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
    where = "" if folder is None else f"{folder.path}: "
    return measured(result, config, where + diverged(config.task.task))


def _task(request: Request) -> Task:
    """The task that is given, or the one that the search names, with its training data."""
    chosen = request.resolved.config.task
    if request.task is None:
        return build_task(chosen)
    return with_given_statistics(request.task, chosen.normalizer_from)


def _finished(request: Request) -> Loaded | None:
    """What the run's folder holds already; says so then."""
    config = request.resolved.config
    path = None if request.folder is None else result_path(request.folder, config)
    if path is None or not path.exists():
        return None
    folder = Folder(path.parent, config)
    result = load(path, request.task)
    request.say(f"done already: {path}: {result.score or 'not measured'}")
    publish_missing(result, path.parent, _course(folder), request.say)
    return result


def _course(folder: Folder) -> Course:
    return Course(read_metrics(folder.metrics_path), read_snapshots(folder.snapshots_path))


def _run(request: Request, engine: Engine, folder: Folder | None) -> RunState:
    """The search's last state, everybody told on the way."""
    config = request.resolved.config
    key, pace = run_key(config.seed), config.pace
    observers, done = list(request.observers), 0
    if folder is not None:
        done = folder.done
        snapshots = snapshots_of(engine.objective, folder, config)
        observers = [MetricsFile(folder.metrics_path, keep=done), *observers, *snapshots]
    if done:
        print(f"{request.folder}: going on after generation {done}", file=sys.stderr)
    with ExitStack() as stack:
        if request.progress:
            observers.insert(0, stack.enter_context(closing(Progress(pace.generations, done))))
        checkpoints = None if folder is None else folder.checkpoints
        if checkpoints is not None:
            stack.callback(checkpoints.close)
        return run(engine, key, pace, observers, checkpoints)


def _say_rate(request: Request, result: Loaded) -> None:
    """Says which learning rate evolved beside the dataset."""
    if request.resolved.config.distillation.learn_inner_lr and isinstance(result, Distilled):
        request.say(f"learned inner_lr: {result.header.learner.inner_loop.inner_lr:.3g}")


def _announcement(request: Request, objective: Objective, engine: Engine) -> str:
    config = request.resolved.config
    task, pace = config.task.task, config.pace
    what = f"neuroevolution: {task}"
    if config.verb == DISTILL and isinstance(objective, Distillation):
        form = "HaDES-R" if config.distillation.policy_init == "random" else "HaDES-F"
        size = describe_size(objective.initial.size, has_slots(config.distillation))
        what = f"{form}: {task} into {size}"
    return (
        f"{what}, {pace.generations} generations of {config.strategy.population} candidates"
        f" (preset {request.resolved.preset}, {describe_devices(engine.devices)})"
    )
