"""From parsed flags to a complete set of values: defaults, then the preset, then explicit flags."""

from typing import Any

from hadax.core.errors import ConfigError, require
from hadax.launch.commandline.flags import SEARCH, TASK, Parsed
from hadax.launch.commandline.presets import DEFAULT_PRESET, PRESETS, preset_names

TASK_OPTIONS: tuple[str, ...] = (
    "episodes",
    "horizon",
    "curriculum",
    "backend",
    "action_mode",
    "action_bounds",
    "normalizer",
    "eval_batch",
    "init",
    "data_dir",
)
"""Flags that are options of a task under the same name."""

_STRATEGY_OWN = (
    "learning_rate",
    "learning_rate_decay",
    "optimizer",
    "shaping",
    "std_decay",
    "std_final",
)
"""Settings that mean something else, or nothing, to another strategy."""

assert set(TASK_OPTIONS) <= {flag.name for flag in TASK.flags}


def resolve(parsed: Parsed, command: str, default_preset: str = DEFAULT_PRESET) -> dict[str, Any]:
    """Every flag's value, the preset's included; `preset` becomes the name of the one used.

    Args:
      parsed: the command line.
      command: which command's presets.
      default_preset: what "auto" stands for where the task has it.

    Raises:
      ConfigError: the task has no preset of that name, or the size is given in two ways.
    """
    task, wanted = parsed.values["task"], parsed.values["preset"]
    available = preset_names(task, command)
    if wanted == "auto":
        wanted = default_preset if default_preset in available else "none"
    elif wanted not in ("none", *available):
        listed = ", ".join(("auto", "none", *available))
        raise ConfigError("preset", wanted, f"{task} has {listed}")
    preset = {} if wanted == "none" else PRESETS[task, command, wanted]
    foreign = _STRATEGY_OWN if _another_strategy(parsed, preset) else ()
    left_out = {*parsed.given, *foreign}
    if "dataset_size" in parsed.given:
        each = parsed.values["images_per_class"]
        require(not each, "images_per_class", each, "not with dataset_size; give one of them")
        left_out.add("images_per_class")
    fresh = {name: value for name, value in preset.items() if name not in left_out}
    return {**parsed.values, **fresh, "preset": wanted}


def _another_strategy(parsed: Parsed, preset: dict[str, Any]) -> bool:
    """Whether the command line names another strategy than the preset was found with."""
    named = parsed.values.get("strategy")
    default = next(flag.default for flag in SEARCH.flags if flag.name == "strategy")
    return "strategy" in parsed.given and named != preset.get("strategy", default)


ELSEWHERE_OPTIONS: tuple[str, ...] = ("data_dir",)
"""Options that say where things are on this machine; no part of what a task is."""


def task_options(values: dict[str, Any]) -> dict[str, Any]:
    """The options that the flags give to the task's factory.

    Raises:
      ConfigError: a `task_option` that is not name=value.
    """
    options = {name: values[name] for name in TASK_OPTIONS if values[name] is not None}
    for pair in values["task_option"] or []:
        name, equals, text = pair.partition("=")
        if not (name and equals):
            raise ConfigError("task_option", pair, "must be name=value")
        options[name] = text
    return options
