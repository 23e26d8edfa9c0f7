"""The learners that a measurement of neighbours retrains: none of them is the one evolved for."""

from collections.abc import Mapping
from typing import TypeAlias

from hadax.core.settings.fields import Value
from hadax.learners.config import LearnerConfig
from hadax.learners.variations import other_activation

Change: TypeAlias = Mapping[str, Value]
"""Settings of a learner, by name, that differ from the artifact's own."""


def neighbours(config: LearnerConfig) -> tuple[Change, ...]:
    """Twelve learners around an artifact's own: each setting by itself, then two far corners."""
    network, rate = config.network, config.inner_loop.inner_lr
    other, slow, fast = other_activation(network.activation), rate / 3, rate * 3
    widths = [width for width in (16, 32, 64, 128, 256, 512) if width != network.width][:5]
    depths = [depth for depth in (1, 2, 3) if depth != network.depth][:2]
    return (
        *({"width": width} for width in widths),
        *({"depth": depth} for depth in depths),
        {"activation": other},
        {"inner_lr": slow},
        {"inner_lr": fast},
        {"width": 16, "depth": 3, "activation": other, "inner_lr": slow},
        {"width": 512, "depth": 1, "activation": other, "inner_lr": fast},
    )


def describe_change(change: Change) -> str:
    """A change in words: "width 512, depth 1"."""
    return ", ".join(
        f"{name} {value:.2g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in change.items()
    )
