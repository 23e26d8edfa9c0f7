"""Artifacts as hadax first wrote them: one flat object of settings, sorted into sections here."""

from collections.abc import Mapping
from typing import Any

from hadax.core.settings.config import (
    DistillationConfig,
    MeasuringConfig,
    PlacementConfig,
    StrategyConfig,
)
from hadax.core.settings.pace import Pace
from hadax.core.settings.views import refuse_unknown, settings_in
from hadax.core.types import Document
from hadax.learners.config import InnerLoop, NetworkConfig

_SECTIONS: dict[str, type] = {
    "distillation": DistillationConfig,
    "strategy": StrategyConfig,
    "placement": PlacementConfig,
    "pace": Pace,
    "measuring": MeasuringConfig,
}
_MEMBERS = frozenset(
    (
        "format",
        "init_key",
        "kind",
        "learner",
        "policy_init",
        "score",
        "search",
        "seed",
        "task",
        "task_options",
        "versions",
    )
)


def upgraded(document: Document) -> Document:
    """A document of format 1 laid out as one of format 2.

    Raises:
      ValueError, TypeError, KeyError: it is no document of that format; says where.
    """
    odd = sorted(document.keys() ^ _MEMBERS)
    if odd:
        verb = "lacks" if odd[0] in _MEMBERS else "unexpected"
        raise ValueError(f"{verb} {odd[0]}")
    learner, searched = document["learner"], dict(document["search"])
    if not isinstance(learner, Mapping):
        raise TypeError(f"learner is {learner!r}, must be an object")
    known = [name for kind in (NetworkConfig, InnerLoop) for name, _, _ in settings_in(kind)]
    refuse_unknown(learner, known)
    searched |= {"policy_init": document["policy_init"]}
    config: dict[str, Any] = {
        "task": {"task": document["task"], "options": dict(document["task_options"])},
        "learner": {
            "network": _taken(NetworkConfig, learner),
            "inner_loop": _taken(InnerLoop, learner),
        },
        "seed": document["seed"],
        **{name: _taken(kind, searched) for name, kind in _SECTIONS.items()},
    }
    kept = {name: document[name] for name in ("kind", "init_key", "versions", "score")}
    return {"format": 2, "config": config, **kept}


def _taken(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that are settings of a section."""
    return {name: values[name] for name, _, _ in settings_in(kind) if name in values}
