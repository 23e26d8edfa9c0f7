"""A search's settings as the command that makes it; imports no JAX."""

import shlex
from collections.abc import Mapping

from hadax import tasks
from hadax.core.settings.fields import Value
from hadax.core.settings.views import flat
from hadax.core.words.names import pairs_of, spelled
from hadax.launch.search.config import DISTILLATION_ONLY, NEUROEVOLVE, SearchConfig
from hadax.tasks.flagged import OPTION_FIELDS


def command_of(config: SearchConfig) -> str:
    """The whole command, without the folder; no preset, so that it outlives changes of presets."""
    name = config.task.task
    words = [f"hadax-{config.verb}", f"--task={name}", "--preset=none"]
    defaults = flat(SearchConfig())
    passed_over = {"task"}
    if config.distillation.images_per_class:
        passed_over.add("dataset_size")
    if config.verb == NEUROEVOLVE:
        passed_over |= DISTILLATION_ONLY
    settings = {key: value for key, value in flat(config).items() if key not in passed_over}
    words += _flags({key: value for key, value in settings.items() if value != defaults[key]})
    options = tasks.portable_options(name, config.task.options)
    words += _flags({key: value for key, value in options.items() if key in OPTION_FIELDS})
    own = {key: value for key, value in options.items() if key not in OPTION_FIELDS}
    words += _pairs("task_option", own) + _pairs("learner_option", config.learner.learner_options)
    return shlex.join(words)


def _flags(settings: Mapping[str, Value]) -> list[str]:
    return [f"--{name}={spelled(value)}" for name, value in settings.items() if value is not None]


def _pairs(flag: str, options: Mapping[str, Value]) -> list[str]:
    pairs = ",".join(pairs_of(options))
    return [f"--{flag}={pairs}"] if pairs else []
