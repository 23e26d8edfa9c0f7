"""A search from its settings to its result, in a folder or in memory: what every caller shares."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from hadax.core.best_means import ValidatedMean
from hadax.core.distillation import Distillation
from hadax.core.engine import Engine
from hadax.core.jax_settings import in_usual_settings
from hadax.core.parametrizations.slots import describe_size, has_slots
from hadax.core.placement import describe_devices
from hadax.core.run import Observer
from hadax.core.run_state import RunState
from hadax.core.selection import best_so_far, selected
from hadax.core.streams import selection_key
from hadax.core.task import Task
from hadax.distilled.distilled import Distilled
from hadax.distilled.loading import Loaded
from hadax.distilled.observation_statistics import with_given_statistics
from hadax.launch.search.build import build_engine, build_header, build_objective, build_task
from hadax.launch.search.config import DISTILL
from hadax.launch.search.contest import Contest
from hadax.launch.search.finished import course_at, finished
from hadax.launch.search.folder import Folder, result_path
from hadax.launch.search.lock import lock
from hadax.launch.search.member import Member, engine_for, member_path
from hadax.launch.search.publish import Say, publish
from hadax.launch.search.resolve import Resolved
from hadax.launch.search.result import diverged, found, measured


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


@in_usual_settings
def search(request: Request) -> Loaded:
    """Searches, or goes on with a search that was interrupted; measures and writes the result.

    Raises:
      UsageError: settings, data or a folder that cannot work, or numbers that are not finite.
      Interrupted: after Ctrl-C or SIGTERM, unless what was found is to be kept.
    """
    config, root = request.resolved.config, request.folder
    if root is not None and result_path(root, config).exists():
        known = finished(root, config, request.task, request.say)
        if known is not None:
            return known
    with ExitStack() as held:
        return _search(request, held)


def _search(request: Request, held: ExitStack) -> Loaded:
    """The same; the run's folder is locked until `held` is closed."""
    config = request.resolved.config
    task = _task(request)
    engine = build_engine(config, build_objective(config, task))
    folder = None
    if request.folder is not None:
        held.callback(lock(request.folder))
        folder = Folder(request.folder, config)
    request.say(_announcement(request, engine))
    contest = Contest(config, _maker(request, task, engine), request.folder, request.say)
    best: tuple[Member, ValidatedMean] | None = None
    try:
        member, state = contest.run()
        best = member, best_so_far(member.engine, state)
        best = member, _selected(request, member, state)
        result = _found(task, *best)
        _say_rate(request, result)
        member.finish(best[1])
        result = _measured(request, member, result)
    except KeyboardInterrupt as stopped:
        best = best or contest.best_so_far()
        if not request.keeps_interrupted or best is None:
            raise
        said = str(stopped) or "interrupted"
        print(f"{said}: what was found is returned, not measured", file=sys.stderr)
        return _found(task, *best)
    if folder is not None:
        member.hand_over(folder)
        publish(
            result,
            folder.artifact_path,
            partial(course_at, folder.path, member.config),
            request.say,
        )
    return result


def _maker(request: Request, task: Task, engine: Engine) -> Callable[[int], Member]:
    """What makes the search of a seed; all of them run one compiled engine."""
    first = request.resolved.config

    def make(seed: int) -> Member:
        config = replace(first, seed=seed)
        own = engine
        if seed != first.seed:
            own = engine_for(engine, build_objective(config, task))
        path = None if request.folder is None else member_path(request.folder, config)
        return Member(config, own, path, request.observers, request.progress)

    return make


def _found(task: Task, member: Member, mean: ValidatedMean) -> Loaded:
    """A search's mean as its result, not yet measured."""
    return found(build_header(member.config, task), task, member.engine, mean)


def _selected(request: Request, member: Member, state: RunState) -> ValidatedMean:
    """The mean that the search is for; says which it is where there was a choice."""
    config = member.config
    mean = selected(member.engine, selection_key(config.seed), state)
    if config.validation.keep_best and config.pace.evaluate_every:
        request.say(f"the mean of generation {int(mean.generation)} of {config.pace.generations}")
    return mean


def _measured(request: Request, member: Member, result: Loaded) -> Loaded:
    """The result with its score."""
    if request.progress:
        print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
    where = "" if request.folder is None else f"{request.folder}: "
    return measured(result, member.config, where + diverged(member.config.task.task))


def _task(request: Request) -> Task:
    """The task that is given, or the one that the search names, with its training data."""
    chosen = request.resolved.config.task
    if request.task is None:
        return build_task(chosen)
    return with_given_statistics(request.task, chosen.normalizer_from)


def _say_rate(request: Request, result: Loaded) -> None:
    """Says which learning rate evolved beside the dataset."""
    if request.resolved.config.distillation.learn_inner_lr and isinstance(result, Distilled):
        request.say(f"learned inner_lr: {result.header.learner.inner_loop.inner_lr:.3g}")


def _announcement(request: Request, engine: Engine) -> str:
    config, objective = request.resolved.config, engine.objective
    task, pace, restarts = config.task.task, config.pace, config.restarts
    what = f"neuroevolution: {task}"
    if config.verb == DISTILL and isinstance(objective, Distillation):
        form = "HaDES-R" if config.distillation.policy_init == "random" else "HaDES-F"
        size = describe_size(objective.initial.size, has_slots(config.distillation))
        what = f"{form}: {task} into {size}"
    if restarts.restarts > 1:
        each = restarts.restart_generations
        what += f", the best of {restarts.restarts} searches halved every {each} generations"
    return (
        f"{what}, {pace.generations} generations of {config.strategy.population} candidates"
        f" (preset {request.resolved.preset}, {describe_devices(engine.devices)})"
    )
