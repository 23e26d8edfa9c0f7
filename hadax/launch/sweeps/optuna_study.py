"""Optuna's study of a search's settings, on disk; the only module that imports Optuna.

Akiba et al., "Optuna: A Next-generation Hyperparameter Optimization Framework", KDD 2019,
https://arxiv.org/abs/1907.10902.
"""

import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hadax.core.errors import UsageError, require_choice
from hadax.core.settings.config import MOST_SEEDS, require_seed
from hadax.core.settings.fields import Value
from hadax.launch.sweeps.space import OneOf, Range, Space

if TYPE_CHECKING:
    import optuna

    from hadax.core.run.loop import Report

STORAGES: tuple[str, ...] = ("sqlite", "journal")
"""Where a study is kept: a database, or a file that is only appended to (network drives)."""

PRUNERS: tuple[str, ...] = ("median", "halving", "none")
"""Ends trials worse than the median of the others, or the worse part again and again, or none."""

FOLDER, REASON = "folder", "reason"
"""What a trial is told to remember: its folder's name, and why it failed."""

_NAME, _SETTINGS = "hadax", "settings"
_FILES = {"sqlite": "study.db", "journal": "study.journal"}
# Trials that are run to their ends before any is compared with the others.
_STARTUP_TRIALS = 4
# Before this share of its generations no trial is pruned: all begin alike.
_WARMUP_SHARE = 5


@dataclass(frozen=True)
class StudyOptions:
    """How a study goes.

    Attributes:
      storage: one of STORAGES.
      pruner: one of PRUNERS.
      seed: decides which settings are tried, in [0, MOST_SEEDS).
    """

    storage: str = "sqlite"
    pruner: str = "median"
    seed: int = 0

    def __post_init__(self) -> None:
        require_choice("storage", self.storage, STORAGES)
        require_choice("pruner", self.pruner, PRUNERS)
        require_seed("study_seed", self.seed)
        if importlib.util.find_spec("optuna") is None:
            raise UsageError("hadax-tune needs optuna; pip install 'hadax[sweep]'")


def open_study(
    root: Path, options: StudyOptions, generations: int, settings: Mapping[str, str]
) -> "optuna.Study":
    """The study in a folder, a new one or the one that is there.

    What was being tried when an earlier process ended is tried again first, in the same folder.

    Args:
      root: the folder.
      options: how it goes.
      generations: of a trial; where they are chosen, of one with the first choice.
      settings: those that all trials share and what the others may be, which a study keeps to: each
        as it is typed, by its name.

    Raises:
      UsageError: the study there is of other settings, kept in the other way, or damaged.
    """
    import optuna

    for other, name in _FILES.items():
        if other != options.storage and (root / name).exists():
            kept = f"the study in {root} is in {name}; give --storage={other}"
            raise UsageError(f"--storage={options.storage}: {kept}, or another --workdir")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(
            study_name=_NAME,
            storage=_storage(root, options.storage),
            pruner=_pruner(options.pruner, generations),
            direction="maximize",
            load_if_exists=True,
        )
        trials = study.get_trials(deepcopy=False)
    except Exception as error:
        raise UsageError(f"{root}: its study cannot be read ({type(error).__name__})") from error
    # Another seed for each process: the same one would try the same settings once more.
    study.sampler = optuna.samplers.TPESampler(seed=(options.seed + len(trials)) % MOST_SEEDS)
    _keep_to(root, study, settings)
    for trial in trials:
        if trial.state == optuna.trial.TrialState.RUNNING:
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
            again = {name: trial.user_attrs[name] for name in (FOLDER,) if name in trial.user_attrs}
            study.enqueue_trial(trial.params, user_attrs=again)
    return study


def folder_of(study: "optuna.Study", trial: "optuna.Trial") -> str:
    """The name of a trial's folder in the study's own: its number, which the trial remembers.

    One that goes on keeps its own, where Optuna counts it anew.

    Args:
      study: the trial's.
      trial: the study's newest.
    """
    if FOLDER not in trial.user_attrs:
        earlier = study.get_trials(deepcopy=False)
        numbers = [number_of(each) for each in earlier if FOLDER in each.user_attrs]
        trial.set_user_attr(FOLDER, f"{1 + max(numbers, default=-1):04d}")
    return str(trial.user_attrs[FOLDER])


def number_of(trial: "optuna.trial.FrozenTrial") -> int:
    """What people know a trial by, its folder's number; Optuna's for one that has no folder."""
    return int(trial.user_attrs.get(FOLDER, trial.number))


def suggested(trial: "optuna.Trial", space: Space) -> dict[str, Value]:
    """The settings that are to be tried.

    Args:
      trial: the study's next.
      space: what they may be.
    """
    return {name: _suggested(trial, name, each) for name, each in space.items()}


class Pruning:
    """Tells the study of every evaluation of the evolved mean, and ends a trial that falls behind.

    Args:
      trial: the study's.
      generations: of its search, which may be what is chosen.
    """

    def __init__(self, trial: "optuna.Trial", generations: int) -> None:
        self._trial, self._warmup = trial, _warmup(generations)

    def observe(self, report: "Report") -> None:
        """Takes note of a generation.

        Raises:
          optuna.TrialPruned: the others were better by then.
        """
        import optuna

        if report.evolved_fitness is None or not math.isfinite(report.evolved_fitness):
            return
        self._trial.report(report.evolved_fitness, report.generation)
        if report.generation >= self._warmup and self._trial.should_prune():
            raise optuna.TrialPruned()


def _suggested(trial: "optuna.Trial", name: str, each: Range | OneOf) -> Value:
    if isinstance(each, OneOf):
        # Optuna keeps plain values alone; what is a tuple stands for itself by its place.
        place: int = trial.suggest_categorical(name, list(range(len(each.values))))
        return each.values[place]
    if each.whole:
        step = 1 if each.step is None else int(each.step)
        return int(trial.suggest_int(name, int(each.low), int(each.high), log=each.log, step=step))
    return float(trial.suggest_float(name, each.low, each.high, log=each.log, step=each.step))


def _storage(root: Path, name: str) -> Any:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    if name == "journal":
        return JournalStorage(JournalFileBackend(str(root / _FILES[name])))
    return f"sqlite:///{root / _FILES[name]}"


def _pruner(name: str, generations: int) -> Any:
    from optuna import pruners

    if name == "median":
        return pruners.MedianPruner(n_startup_trials=_STARTUP_TRIALS)
    if name == "halving":
        return pruners.SuccessiveHalvingPruner(min_resource=max(1, _warmup(generations)))
    return pruners.NopPruner()


def _warmup(generations: int) -> int:
    """The first generation after which a trial of so many may be pruned."""
    return generations // _WARMUP_SHARE


def _keep_to(root: Path, study: "optuna.Study", settings: Mapping[str, str]) -> None:
    """Notes the settings of a new study; refuses the first that is another in one that is there."""
    known: Mapping[str, str] = json.loads(study.user_attrs.get(_SETTINGS, "null")) or settings
    if not all(each.startswith("--") for each in known.values()):
        begun = "its study was begun by an earlier release"
        raise UsageError(f"--workdir={root}: {begun}; choose another --workdir")
    for name in (*settings, *known):
        before, now = known.get(name), settings.get(name)
        if before == now:
            continue
        has = f"has {before}; give that" if before else "has none; leave that out"
        said = f"{now}: the study in {root} {has}" if now else f"--workdir={root}: its study {has}"
        raise UsageError(f"{said}, or another --workdir")
    study.set_user_attr(_SETTINGS, json.dumps(settings))
