"""The learners and inner loops that a transfer study measures a dataset on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hadax.core.errors import require_choice
from hadax.distilled.transfer.neighbours import Change
from hadax.learners.config import OPTIMIZER_OWN, LearnerConfig
from hadax.learners.rates import RATES

WIDTHS, DEPTHS = (16, 64, 256), (1, 2, 3)
ACTIVATIONS = ("relu", "tanh", "gelu")
RATE_FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)
STEP_FACTORS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
NOISES = (0.05, 0.1, 0.2, 0.4)
"""Label noise: the share of labels that are replaced by any class; or of the targets' spread."""


@dataclass(frozen=True)
class Cell:
    """One cell of the study's heat maps.

    Attributes:
      group: one of GROUPS.
      panel: the map's title.
      row, column: the cell's place in it, in words.
      change: what differs from the artifact's own learner.
      noise: of the labels, from 0.
    """

    group: str
    panel: str
    row: str
    column: str
    change: Change
    noise: float = 0.0


def _architecture(config: LearnerConfig) -> Iterator[Cell]:
    own = config.network.activation
    for activation in dict.fromkeys((own, *ACTIVATIONS)):
        for depth in DEPTHS:
            for width in WIDTHS:
                change: Change = {"width": width, "depth": depth, "activation": activation}
                yield Cell("architecture", activation, f"depth {depth}", f"width {width}", change)


def _optimizer(config: LearnerConfig) -> Iterator[Cell]:
    own = config.inner_loop
    base = own.inner_lr / RATES.get(own.inner_optimizer, 1.0)
    for name in dict.fromkeys((own.inner_optimizer, *RATES)):
        for factor in RATE_FACTORS:
            rate = base * RATES.get(name, 1.0) * factor
            change: Change = {"inner_optimizer": name, "inner_lr": rate}
            if name == own.inner_optimizer:
                change = {"inner_lr": own.inner_lr * factor}
            elif own.inner_epsilon:
                change = {**change, **OPTIMIZER_OWN}
            yield Cell("optimizer", "learning rate", name, f"x {factor:g}", change)


def _steps(config: LearnerConfig) -> Iterator[Cell]:
    for factor in STEP_FACTORS:
        steps = max(1, round(config.inner_loop.inner_steps * factor))
        yield Cell("steps", "inner steps", "", f"{steps}", {"inner_steps": steps})


def _noise(config: LearnerConfig) -> Iterator[Cell]:
    del config
    for noise in NOISES:
        yield Cell("noise", "label noise", "", f"{noise:.0%}", {}, noise)


GROUPS: Mapping[str, Callable[[LearnerConfig], Iterator[Cell]]] = {
    "architecture": _architecture,
    "optimizer": _optimizer,
    "steps": _steps,
    "noise": _noise,
}
"""What a measurement of transfer can vary."""


def groups_named(asked: str) -> tuple[str, ...]:
    """The groups that a flag names.

    Args:
      asked: names of GROUPS, comma-separated.

    Raises:
      ConfigError: another name.
    """
    groups = tuple(dict.fromkeys(name.strip() for name in asked.split(",")))
    for group in groups:
        require_choice("transfer", group, tuple(GROUPS))
    return groups


def grid(config: LearnerConfig, groups: tuple[str, ...]) -> tuple[Cell, ...]:
    """All cells of some `groups` around an artifact's own learner, itself among them.

    Args:
      config: the learner.
      groups: names in GROUPS.
    """
    return tuple(cell for group in groups for cell in GROUPS[group](config))
