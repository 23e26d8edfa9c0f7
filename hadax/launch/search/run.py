"""A search from its settings to its result, in a folder or in memory: what every caller shares."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from hadax.core.entry_points import own_code
from hadax.core.generation.best_means import ValidatedMean
from hadax.core.jax_settings import in_usual_settings
from hadax.core.population.placement import writes
from hadax.core.run.agreement import by_writer, told
from hadax.core.run.loop import Observer
from hadax.core.run.selection import best_so_far
from hadax.core.task import Task
from hadax.core.words.saying import Say, quiet
from hadax.distilled.files.observation_statistics import with_given_statistics
from hadax.distilled.loading import Loaded, load
from hadax.launch.search.build import (
    build_components,
    build_engine,
    build_header,
    build_objective,
    build_task,
)
from hadax.launch.search.contest import Contest
from hadax.launch.search.member import Member, engine_for, member_path
from hadax.launch.search.presenting.publish import course_in, publish
from hadax.launch.search.resolve import Resolved
from hadax.launch.search.result import chosen, found, measured, say_rate, without_score
from hadax.launch.search.run_folder.components import kept_components
from hadax.launch.search.run_folder.finished import finished
from hadax.launch.search.run_folder.folder import Folder, locked, result_path


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
    if not writes():
        request = replace(request, folder=None, progress=False, say=quiet)
    known = _standing(request)
    if known is not None:
        return known
    with ExitStack() as held:
        return _search(request, held)


def _standing(request: Request) -> Loaded | None:
    """The result that is in the run's folder already, in every process; None to search."""
    root, config = request.folder, request.resolved.config
    known: Loaded | None = None

    def tell() -> bytes:
        nonlocal known
        if root is not None and (path := result_path(root, config)).exists():
            known = finished(root, config, request.task, request.say)
            return b"" if known is None else path.read_bytes()
        return b""

    content = told(tell)
    return known if writes() or not content else load(content, request.task)


def _search(request: Request, held: ExitStack) -> Loaded:
    """The same; the run's folder is locked until `held` is closed."""
    config, say = request.resolved.config, request.say
    task = _task(request)
    header = build_header(config, task)
    computed = build_components(config, task)
    engine = build_engine(config, build_objective(config, task, computed))
    root = request.folder
    folder = by_writer(lambda: locked(root, config, held))
    components = None
    if computed is not None:
        components = kept_components(folder, computed)
        engine = engine_for(engine, build_objective(config, task, components))
    own = folder
    if root is not None and config.restarts.restarts > 1:
        own = Folder(member_path(root, config), config)
    first = Member(config, engine, header, own, request.observers, request.progress, components)
    contest = Contest(first, task, root, say)
    say(contest.announcement(request.resolved.preset))
    best: tuple[Member, ValidatedMean] | None = None
    try:
        member, state = contest.run()
        best = member, best_so_far(member.engine, state)
        best = member, chosen(member.config, member.engine, state, say)
        result = found(member.header, task, member.engine, best[1])
        say_rate(config, result, say)
        member.finish(best[1], int(state.generation))
        if request.progress:
            print("measuring on fresh networks and episodes ...", file=sys.stderr, flush=True)
        failure = ("" if root is None else f"{root}: ") + without_score(config.task.task)
        result = measured(result, member.config, failure)
    except KeyboardInterrupt as stopped:
        best = best or contest.best_so_far()
        if not request.keeps_interrupted or best is None:
            raise
        said = str(stopped) or "interrupted"
        print(f"{said}: what was found is returned, not measured", file=sys.stderr)
        return found(best[0].header, task, best[0].engine, best[1])
    if folder is not None and member.folder is not None:
        if member.folder.path != folder.path:
            member.hand_over(folder)
        course = partial(course_in, member.folder.path)
        publish(result, folder.artifact_path, course, say, config.monitoring.pictures)
    return result


def _task(request: Request) -> Task:
    """The task that is given, or the one that the search names, with its training data."""
    chosen = request.resolved.config.task
    if request.task is None:
        return build_task(chosen)
    with own_code("task", chosen.task, "with_data"):
        # One of a result that was loaded has none yet.
        given = request.task.with_data("train")
    return with_given_statistics(given, chosen.normalizer_from)
