"""How one search is watched while it runs: its logs, its warnings, its profile."""

import math
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tqdm.std import tqdm

from hadax.core.distillation import Distillation
from hadax.core.durations import seconds_of
from hadax.core.engine import Engine
from hadax.core.movement import Followed
from hadax.core.neuroevolution import Neuroevolution
from hadax.core.objective import Objective
from hadax.core.placement import writes
from hadax.core.run import Observer, Step
from hadax.core.settings_views import to_json
from hadax.launch.observers import profile
from hadax.launch.observers.advice import Advice
from hadax.launch.observers.derived import Derived, Workload, steps_of
from hadax.launch.observers.logs import METRICS, Logs, open_log
from hadax.launch.observers.metrics_file import read_metrics
from hadax.launch.search.config import SearchConfig
from hadax.tasks.rl.control import ControlTask


@dataclass(frozen=True)
class Watched:
    """What a run is given so that it is watched.

    Attributes:
      step: the engine's, and what looks on beside it.
      observers: told of every generation.
    """

    step: Step
    observers: Sequence[Observer]


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
      warns: whether warnings go to stderr.
    """
    workload = workload_of(engine, config)
    say = partial(_on_stderr, f"seed {config.seed}: " if config.restarts.restarts > 1 else "")
    observers: list[Observer] = [Advice(workload, say)] if warns else []
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
    return Watched(step, observers)


def workload_of(engine: Engine, config: SearchConfig) -> Workload:
    """What a generation of an engine does.

    Args:
      engine: what runs.
      config: says for how long.
    """
    budget, population = config.pace.budget, engine.strategy.population
    return Workload(
        generations=config.pace.generations,
        population=population,
        episodes=population * episodes_of(engine.objective),
        budget=math.inf if budget is None else seconds_of("budget", budget),
    )


def episodes_of(objective: Objective) -> int:
    """Episodes of one candidate's evaluation, those of all its networks; 0 without episodes."""
    if not isinstance(objective, Distillation | Neuroevolution):
        return 0
    task, networks = objective.task, 1
    if isinstance(objective, Distillation):
        networks = len(objective.learners) * objective.inits_per_candidate
    return networks * task.episodes if isinstance(task, ControlTask) else 0


def _logs(config: SearchConfig, workload: Workload, folder: Path, done: int) -> Logs:
    names = dict.fromkeys(config.monitoring.log)
    opened = [open_log(name, folder, done, to_json(config)) for name in names]
    rows = [row for row in read_metrics(folder / METRICS) if int(row["generation"]) <= done]
    steps = steps_of(workload, rows) if rows else 0
    return Logs(Derived(workload, steps), opened)


def _on_stderr(begin: str, line: str) -> None:
    # Through the progress bar's own writer, which does not draw over it.
    tqdm.write(f"{begin}{line}", file=sys.stderr)
