"""What the searches of a sweep say together: those that differ in their seed alone are one line.

A search of which networks failed has no say in means, as in tuning: its score is that of the few
that didn't.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hadax.aggregates.bootstrap import Estimate, estimate
from hadax.aggregates.normalized import ByTask, normalized, ranges
from hadax.aggregates.point_estimates import interquartile_mean, mean
from hadax.core.settings.fields import Value
from hadax.launch.sweeps.outcomes import DONE, Outcome

ALL_TASKS = "all, from 0 to 1"
"""In place of a task's name where scores of all tasks are put together."""

_SEED, _TASK = "seed", "task"


@dataclass(frozen=True)
class Line:
    """Searches that differ in nothing but their seed, or in their seed and their task.

    Attributes:
      task: the task's name, or ALL_TASKS.
      setting: what else is varied, the values that they share.
      pairs: synthetic examples of the results, 0 for weights; the first's where they differ.
      done: how many have a score.
      of: how many there were to be.
      scores: those of searches of which no network failed; normalised where they are of all tasks.
      mean: their mean over tasks and runs; None without any, or over all tasks without one of each.
      interquartile: their interquartile mean.
      left_out: how many of `done` are not in `scores`, as networks failed.
      failed: share of the networks that failed, of all that are in a score, from 0 to below 1.
    """

    task: str
    setting: Mapping[str, Value]
    pairs: int
    done: int
    of: int
    scores: tuple[float, ...] = ()
    mean: Estimate | None = None
    interquartile: Estimate | None = None
    left_out: int = 0
    failed: float = 0.0


def lines(outcomes: Sequence[Outcome]) -> tuple[Line, ...]:
    """The lines of a sweep's table: each setting and task; each setting over all tasks, if several.

    Scores of several tasks are put together on a scale from each task's lowest in the sweep, 0, to
    its highest, 1; intervals are stratified by task. A setting without a score of each task has no
    mean over all: it would be one over the easier tasks, say, beside others' over all of them.
    """
    groups: dict[tuple[tuple[str, Value], ...], dict[str, list[Outcome]]] = {}
    for outcome in outcomes:
        setting = _setting(outcome)
        groups.setdefault(setting, {}).setdefault(outcome.task, []).append(outcome)
    tasks = dict.fromkeys(outcome.task for outcome in outcomes)
    found = [
        _line(task, dict(setting), by_task[task], [_scores(by_task[task])])
        for task in tasks
        for setting, by_task in groups.items()
        if task in by_task
    ]
    if len(tasks) == 1:
        return tuple(found)
    by_setting = [_by_task(by_task) for by_task in groups.values()]
    scale = ranges(by_setting)
    for (setting, by_task), scores in zip(groups.items(), by_setting, strict=True):
        all_of = [outcome for several in by_task.values() for outcome in several]
        line = _line(ALL_TASKS, dict(setting), all_of, normalized(scores, scale))
        of_each = len(scores) == len(tasks)
        found.append(line if of_each else replace(line, mean=None, interquartile=None))
    return tuple(found)


def _line(
    task: str,
    setting: Mapping[str, Value],
    outcomes: Sequence[Outcome],
    strata: Sequence[Sequence[float]],
) -> Line:
    scores = tuple(score for each in strata for score in each)
    done = [outcome for outcome in outcomes if outcome.status == DONE]
    known = [each for each in strata if each]
    measured = [outcome.score for outcome in outcomes if outcome.score is not None]
    networks = sum(score.networks for score in measured)
    lost = sum(score.failed * score.networks for score in measured)
    return Line(
        task=task,
        setting=setting,
        pairs=done[0].pairs if done else 0,
        done=len(measured),
        of=len(outcomes),
        scores=scores,
        mean=estimate(known, mean) if known else None,
        interquartile=estimate(known, interquartile_mean) if known else None,
        left_out=len(measured) - len(scores),
        failed=lost / networks if networks else 0.0,
    )


def _setting(outcome: Outcome) -> tuple[tuple[str, Value], ...]:
    varied = outcome.cell.varied.items()
    return tuple((name, value) for name, value in varied if name not in (_SEED, _TASK))


def _scores(outcomes: Sequence[Outcome]) -> list[float]:
    scores = [outcome.score for outcome in outcomes if outcome.score is not None]
    return [score.mean for score in scores if not score.failed]


def _by_task(by_task: Mapping[str, Sequence[Outcome]]) -> ByTask:
    scores = {task: _scores(outcomes) for task, outcomes in by_task.items()}
    return {task: each for task, each in scores.items() if each}
