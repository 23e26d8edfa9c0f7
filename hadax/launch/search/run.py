"""A search from its settings to its result, in a folder or in memory: what every caller shares."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from hadax.core.dataset import Dataset
from hadax.core.distillation import Distillation
from hadax.core.engine import Engine, RunState
from hadax.core.objective import Objective
from hadax.core.parametrizations.slots import as_slots, describe_size, has_slots
from hadax.core.placement import describe_devices
from hadax.core.run import Interrupted, Observer, run
from hadax.core.streams import run_key
from hadax.core.task import Task
from hadax.core.types import Candidate
from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import Loaded, load
from hadax.distilled.observation_statistics import with_given_statistics
from hadax.launch.observers.metrics_file import MetricsFile, read_metrics
from hadax.launch.observers.progress import Progress
from hadax.launch.observers.snapshots import Snapshots, read_snapshots
from hadax.launch.search.build import build_engine, build_header, build_objective, build_task
from hadax.launch.search.config import DISTILL
from hadax.launch.search.folder import Folder, result_path
from hadax.launch.search.publish import Course, Say, publish, publish_missing
from hadax.launch.search.resolve import Resolved
from hadax.launch.search.result import diverged, found, measured
from hadax.pictures.datasets import is_image


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
    try:
        state = _run(request, engine, folder)
    except Interrupted as stopped:
        if not request.keeps_interrupted:
            raise
        print(f"{stopped}: what was found is returned, not measured", file=sys.stderr)
        return found(header, task, engine, stopped.state)
    result = found(header, task, engine, state)
    if config.distillation.learn_inner_lr and isinstance(result, Distilled):
        request.say(f"learned inner_lr: {result.header.learner.inner_loop.inner_lr:.3g}")
    if request.progress:
        print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
    where = "" if folder is None else f"{folder.path}: "
    try:
        result = measured(result, config, where + diverged(config.task.task))
    except KeyboardInterrupt:
        if not request.keeps_interrupted:
            raise
        print("interrupted: what was found is returned, not measured", file=sys.stderr)
        return result
    if folder is not None:
        publish(result, folder.artifact_path, _course(folder), request.say)
    return result


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
    snapshots: tuple[Snapshots, ...] = ()
    if folder is not None:
        done = folder.done
        in_slots = has_slots(config.distillation)
        snapshots = _snapshots(engine.objective, folder, pace.generations, in_slots)
        observers = [MetricsFile(folder.metrics_path, keep=done), *observers, *snapshots]
    if done:
        print(f"{request.folder}: going on after generation {done}", file=sys.stderr)
    with ExitStack() as stack:
        if request.progress:
            observers.insert(0, stack.enter_context(closing(Progress(pace.generations, done))))
        checkpoints = None if folder is None else folder.checkpoints
        if checkpoints is not None:
            stack.callback(checkpoints.close)
        state = run(engine, key, pace, observers, checkpoints)
    for each in snapshots:
        each.finish(engine.mean(state))
    return state


def _snapshots(
    objective: Objective, folder: Folder, generations: int, in_slots: bool
) -> tuple[Snapshots, ...]:
    """Of a search for images, what keeps what they (or their slots) look like on the way."""
    if not isinstance(objective, Distillation) or not is_image(objective.task.input_shape):
        return ()
    parametrization, done = objective.parametrization, folder.done

    def seen(candidate: Candidate) -> Dataset:
        dataset = parametrization.decode(candidate)
        return as_slots(dataset) if in_slots else dataset

    snapshots = Snapshots(folder.snapshots_path, seen, generations, done)
    if not done:
        snapshots.keep(0, seen(parametrization.encode(objective.initial)))
    return (snapshots,)


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
