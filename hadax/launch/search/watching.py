"""How one search is watched while it runs: its logs, its warnings, its profile."""

import json
import math
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm.std import tqdm

from hadax.core.errors import ConfigError, require
from hadax.core.generation.engine import Engine
from hadax.core.objective import Objective
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.population.placement import writes
from hadax.core.run.agreement import told
from hadax.core.run.limits import Limits
from hadax.core.run.loop import Observer, Step
from hadax.core.run.movement import Followed
from hadax.core.settings.budget import budget_of
from hadax.core.settings.views import to_json
from hadax.core.words.saying import Say
from hadax.launch.observers import profile
from hadax.launch.observers.advice import Advice
from hadax.launch.observers.derived import Derived, Workload, steps_told
from hadax.launch.observers.logs import METRICS, Logs, open_log
from hadax.launch.observers.metrics_file import Row, read_metrics
from hadax.launch.search.config import SearchConfig
from hadax.tasks.rl.control import ControlTask


@dataclass(frozen=True)
class Watched:
    """What a run is given so that it is watched.

    Attributes:
      step: the engine's, and what looks on beside it.
      observers: told of every generation.
      limits: what ends it early.
    """

    step: Step
    observers: Sequence[Observer]
    limits: Limits


def watched(
    until: ExitStack,
    engine: Engine,
    config: SearchConfig,
    folder: Path | None,
    done: int,
    warns: bool,
) -> Watched:
    """How a search is watched, as its settings say; nothing of it changes.

    Args:
      until: it is watched until this is closed.
      engine: what runs.
      config: the search.
      folder: its own; None writes nothing.
      done: generations already done.
      warns: whether warnings, and what to know before the first generation, go to stderr.
    """
    workload = workload_of(engine, config)
    limits = _limits(config, workload, folder, done)
    say = partial(_beside_the_bar, f"seed {config.seed}: " if config.restarts.restarts > 1 else "")
    observers: list[Observer] = [_advice(engine.objective, workload, say)] if warns else []
    if warns and not done and (remark := remark_of(engine.objective)):
        say(remark)
    step: Step = engine.step
    # In every process alike, whether or not it has a folder: all compute the same.
    if config.monitoring.log:
        step = Followed(engine, step)
    if config.monitoring.profile:
        traces = None if folder is None else folder / profile.FOLDER
        step = until.enter_context(closing(profile.Profile(engine, step, traces, say)))
    if folder is not None and writes():
        logs = _logs(config, workload, folder, done)
        observers.insert(0, until.enter_context(closing(logs)))
    return Watched(step, observers, limits)


def workload_of(engine: Engine, config: SearchConfig) -> Workload:
    """What a generation of an engine does.

    Args:
      engine: what runs.
      config: says for how long.
    """
    population = engine.strategy.population
    return Workload(
        generations=config.pace.generations,
        population=population,
        episodes=population * episodes_of(engine.objective),
        budget=budget_of(config.pace.budget).seconds,
    )


def episodes_of(objective: Objective) -> int:
    """Episodes of one candidate's evaluation, those of all its networks; 0 without episodes."""
    if not isinstance(objective, Distillation | Neuroevolution):
        return 0
    task, networks = objective.task, 1
    if isinstance(objective, Distillation):
        networks = objective.networks_per_candidate
    return networks * task.episodes


def _advice(objective: Objective, workload: Workload, say: Say) -> Advice:
    if not isinstance(objective, Distillation | Neuroevolution):
        return Advice(workload, say)
    return Advice(workload, say, objective.task.levels.solved, remedies_of(objective))


def remedies_of(objective: Distillation | Neuroevolution) -> tuple[str, ...]:
    """What would make an objective's evaluations tell more, in words that name settings."""
    task, remedies = objective.task, []
    if isinstance(objective, Distillation):
        remedies.append("more inits_per_candidate")
    if task.episodes:
        remedies.append("more episodes")
    if isinstance(task, ControlTask) and not task.sticky_actions:
        remedies.append("sticky_actions where all episodes end alike")
    return tuple(remedies)


def remark_of(objective: Objective) -> str:
    """What a person should know before a distillation begins, in a line; "" for nothing."""
    if not isinstance(objective, Distillation):
        return ""
    size, classes = objective.initial.size, len(objective.task.class_names)
    if size >= classes:
        return ""
    return (
        f"fewer examples than classes ({size} for {classes}): {classes - size} can come in by"
        " learned labels alone; if that is not meant, --images_per_class=1 gives one of each"
    )


def _logs(config: SearchConfig, workload: Workload, folder: Path, done: int) -> Logs:
    names = dict.fromkeys(config.monitoring.log)
    opened = [open_log(name, folder, done, to_json(config)) for name in names]
    before = steps_told(workload, _rows(folder, done), done) if done else 0
    return Logs(Derived(workload, before), opened)


def _rows(folder: Path | None, done: int) -> list[Row]:
    """A run's metrics of the generations that are done."""
    rows = [] if folder is None else read_metrics(folder / METRICS)
    return [row for row in rows if int(row["generation"]) <= done]


def _limits(config: SearchConfig, workload: Workload, folder: Path | None, done: int) -> Limits:
    """What ends a search early; its earlier steps are those that its metrics tell of.

    Raises:
      ConfigError: steps are to end it, but its task has none, or its earlier ones are not known.
    """
    pace = config.pace
    if math.isinf(budget_of(pace.budget).steps):
        return Limits(pace)
    expected = f"{config.task.task} has no environment steps; give a time, as 40min"
    require(workload.episodes > 0, "budget", pace.budget, expected)
    counted = folder is None or "csv" in config.monitoring.log
    expected = "earlier steps are counted in metrics.csv; add csv to --log, or give a time"
    require(counted, "budget", pace.budget, expected)
    found = told(lambda: json.dumps(steps_told(workload, _rows(folder, done), done)).encode())
    before: int | None = json.loads(found)
    expected = f"metrics.csv does not count the steps of {done} generations; give a time, as 40min"
    if before is None:
        raise ConfigError("budget", pace.budget, expected)
    return Limits(pace, workload.episodes, before)


def _beside_the_bar(begin: str, line: str) -> None:
    # Through the progress bar's own writer, which does not draw over it.
    tqdm.write(f"{begin}{line}", file=sys.stderr)
