"""The flags that searches share, made of the fields that they set."""

import typing

from hadax.core.settings.config import (
    DistillationConfig,
    MeasuringConfig,
    PlacementConfig,
    StrategyConfig,
)
from hadax.core.settings.halving import RestartsConfig
from hadax.core.settings.pace import Pace
from hadax.core.settings.validation import ValidationConfig
from hadax.launch.commandline.flags import Flag, Group, flag_named, flag_of, flags_of, optional
from hadax.launch.machine.cluster import ClusterConfig
from hadax.launch.observers.config import MonitoringConfig
from hadax.launch.search.config import SearchConfig
from hadax.learners.config import InnerLoop, LearnerConfig, NetworkConfig
from hadax.tasks.config import TaskConfig
from hadax.tasks.flagged import OPTION_FIELDS
from hadax.tasks.rl.config import ControlOptions
from hadax.tasks.supervised.config import ImageOptions


def _option_flags() -> tuple[Flag, ...]:
    """Flags of the built-in tasks' options; the task decides where none is given."""
    hints = typing.get_type_hints(ImageOptions) | typing.get_type_hints(ControlOptions)
    return tuple(optional(flag_of(each, hints[name])) for name, each in OPTION_FIELDS.items())


PRESET = Flag(
    "preset", str, "auto", "settings found for the task; explicit flags win; none, or auto"
)
SHOW_CONFIG = Flag(
    "show_config", bool, False, "print what would run, and where each value is from, and exit"
)
WORKDIR = Flag("workdir", str, None, "the run's folder; under runs/ by default")

SEARCH = Group(
    "Search",
    (
        flag_named(Pace, "generations"),
        *flags_of(StrategyConfig),
        flag_named(SearchConfig, "seed"),
        *flags_of(RestartsConfig),
        flag_named(SearchConfig, "init_from"),
        *flags_of(PlacementConfig),
    ),
)

TASK = Group(
    "Task",
    (
        flag_named(TaskConfig, "task"),
        PRESET,
        *_option_flags(),
        flag_named(TaskConfig, "normalizer_from"),
        Flag("task_option", list, None, "further options of the task, as name=value,..."),
        Flag("list_tasks", bool, False, "print the names of all tasks and exit"),
    ),
)

NETWORK = Group("Network", flags_of(NetworkConfig))

INNER_LOOP = Group(
    "Inner loop: training a network on the synthetic examples",
    (
        *flags_of(InnerLoop),
        flag_named(LearnerConfig, "learner"),
        Flag("learner_option", list, None, "options of the learner, as name=value,..."),
    ),
)

DISTILLATION = Group("Distillation", flags_of(DistillationConfig))

RUN = Group(
    "Run",
    (
        WORKDIR,
        flag_named(Pace, "evaluate_every"),
        *flags_of(ValidationConfig),
        *(flag_named(Pace, name) for name in ("checkpoint_every", "keep", "stop_at", "budget")),
        *flags_of(MeasuringConfig),
        *flags_of(MonitoringConfig),
        SHOW_CONFIG,
    ),
)

CLUSTER = Group("Several processes", flags_of(ClusterConfig))

NO_SETTINGS: tuple[str, ...] = (
    *("preset", "workdir", "list_tasks", "show_config"),
    *(flag.name for flag in CLUSTER.flags),
)
"""Flags that are no part of a search: where it goes, who computes it and how it is asked for."""
