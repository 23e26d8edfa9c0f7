"""Settings found for a task: flags by task, command and preset name.

`cpu` is found for two CPU cores and is what a command takes by itself.
"""

from typing import Any, TypeAlias

Preset: TypeAlias = dict[str, Any]

DISTILL = "distill"
NEUROEVOLVE = "neuroevolve"

PRESETS: dict[tuple[str, str, str], Preset] = {
    ("gymnax/CartPole-v1", DISTILL, "cpu"): {
        "dataset_size": 2,
        "generations": 80,
        "std": 0.3,
        "learning_rate": 0.1,
        "activation": "relu",
        "initializer": "orthogonal",
        "output_scale": 0.01,
        "inner_lr": 0.01,
        "inner_steps": 128,
        "vary": True,
    },
    ("gymnax/Pendulum-v1", DISTILL, "cpu"): {
        "dataset_size": 4,
        "generations": 500,
        "population": 128,
        "strategy": "SNES",
        "std": 1.0,
        "episodes": 8,
        "activation": "relu",
        "initializer": "orthogonal",
        "output_scale": 0.01,
        "inner_lr": 0.02,
    },
    ("gymnax/CartPole-v1", NEUROEVOLVE, "cpu"): {
        "generations": 60,
        "std": 0.1,
        "width": 32,
        "learning_rate": 0.05,
    },
}
"""(task, command, preset name) to flag values; all other flags keep their defaults."""

DEFAULT_PRESET = "cpu"


def preset_names(task: str, command: str) -> tuple[str, ...]:
    """The presets that a task has for a command."""
    return tuple(name for known, verb, name in PRESETS if (known, verb) == (task, command))
