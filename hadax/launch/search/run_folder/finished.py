"""What a run's folder holds already: a result that stands, is measured anew, or goes on."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from hadax.core.errors import ArtifactError, UnreadableError
from hadax.core.task import Task
from hadax.core.words.saying import Say
from hadax.distilled.loading import Loaded, load
from hadax.launch.search.config import SearchConfig
from hadax.launch.search.member import member_path
from hadax.launch.search.presenting.publish import Course, course_in, publish, publish_missing
from hadax.launch.search.result import measured, measured_otherwise, without_score
from hadax.launch.search.run_folder.folder import locked, result_path
from hadax.launch.search.run_folder.same_search import goes_on


def finished(root: Path, config: SearchConfig, task: Task | None, say: Say) -> Loaded | None:
    """A run's result; None where the search is to go on from it.

    Args:
      root: the run's folder, which has a result.
      config: what is asked for; a result that was measured otherwise is measured anew.
      task: in place of the one that the search names.
      say: is given a line for what was found or written.

    Raises:
      UsageError: the folder is another search's, or its result is damaged.
    """
    path = result_path(root, config)
    with ExitStack() as held:
        locked(root, config, held)
        result = _loaded(path, task)
        if goes_on(result.header.further, config):
            return None
        # Of several searches the best is the result, whose seed is its own.
        config = replace(config, seed=result.header.seed)
        course = partial(course_at, root, config)
        if (again := measured_otherwise(result, config)) is None:
            say(f"done already: {path}: {result.score or 'not measured'}")
            if config.monitoring.pictures:
                publish_missing(result, root, course, say)
            return result
        result = measured(again, config, f"{path}: {without_score(config.task.task)}")
        publish(result, path, course, say, config.monitoring.pictures)
        return result


def course_at(root: Path, config: SearchConfig) -> Course:
    """What happened in the folder `root` on the way to the result of these settings, `config`."""
    return course_in(member_path(root, config))


def _loaded(path: Path, task: Task | None) -> Loaded:
    try:
        return load(path, task)
    except UnreadableError:
        # It may be whole: nothing is to be removed.
        raise
    except ArtifactError as error:
        hint = "remove it, and the same command goes on from the run's last checkpoint"
        raise ArtifactError(f"{error}; {hint}") from error
