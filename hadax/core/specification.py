"""What a task says of its inputs and targets: their kind, their size, and what they are called."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hadax.core.bodies import Bodies
from hadax.core.errors import require_count


@dataclass(frozen=True)
class Discrete:
    """One of `size` classes or actions, at least 2; targets are distributions over them, [size].

    Examples:
      >>> import hadax
      >>> hadax.Discrete(3)
      Discrete(size=3)
    """

    size: int

    def __post_init__(self) -> None:
        require_count("classes", self.size, 2)


@dataclass(frozen=True)
class Continuous:
    """A real vector of `size` entries, at least 1; targets are such vectors, [size].

    Control tasks scale what lies between -1 and 1 to their action bounds.

    Examples:
      >>> import hadax
      >>> hadax.Continuous(2)
      Continuous(size=2)
    """

    size: int

    def __post_init__(self) -> None:
        require_count("target size", self.size, 1)


TargetSpec: TypeAlias = Discrete | Continuous


def is_distribution(target: NDArray[np.float32]) -> bool:
    """Whether a target [size] is made of probabilities; somebody else's labels may be others."""
    return bool(np.all(target > -1e-3)) and abs(float(np.sum(target)) - 1) < 1e-2


@dataclass(frozen=True)
class Labels:
    """Names and units for pictures and tables; empty where nothing is known.

    Attributes:
      input_names: one for each entry of an input that is a vector.
      input_units: their units, "rad/s" say, "" for a plain number.
      target_names: one for each discrete action or class, or each entry of a real vector.
      target_units: units of a real vector's entries, as `Task.to_action` gives them.
      channel_names: one for each channel of an input that is an image.
    """

    input_names: tuple[str, ...] = ()
    input_units: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    target_units: tuple[str, ...] = ()
    channel_names: tuple[str, ...] = ()


def label_counts(input_shape: tuple[int, ...], target: TargetSpec) -> dict[str, int]:
    """How many there are of each field of Labels, where there are any.

    Args:
      input_shape: shape of one input.
      target: what a network answers.
    """
    inputs = math.prod(input_shape)
    return {
        "input_names": inputs,
        "input_units": inputs,
        "target_names": target.size,
        "target_units": 0 if isinstance(target, Discrete) else target.size,
        "channel_names": input_shape[-1] if input_shape else 0,
    }


NO_LABELS = Labels()
"""Where nothing is known."""


@dataclass(frozen=True)
class Levels:
    """Fitnesses that a task's learning curve is read by; None where one is not known.

    Attributes:
      solved: from which the task's authors call it solved.
      random: of a policy that draws its actions uniformly.
    """

    solved: float | None = None
    random: float | None = None


NO_LEVELS = Levels()
"""Where neither is known."""

Draw: TypeAlias = Callable[[Any, NDArray[np.float32]], None]
"""Draws one input [*input_shape], as a person sees it, on matplotlib axes."""

Pose: TypeAlias = str | Draw | Bodies | None
"""How inputs are drawn: a name in hadax.pictures.poses, a function, or a robot's bodies.

None for numbers alone.
"""
