"""Supervised tasks, each behind the Task seam: `Classification` of `Images`, `empty` at first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax.tasks.supervised.classification import Classification as Classification
    from hadax.tasks.supervised.sources.images import Images as Images
    from hadax.tasks.supervised.sources.images import empty as empty

_PLACES: dict[str, str] = {
    "Classification": "hadax.tasks.supervised.classification",
    "Images": "hadax.tasks.supervised.sources.images",
    "empty": "hadax.tasks.supervised.sources.images",
}

__all__ = ["Classification", "Images", "empty"]


def __getattr__(name: str) -> Any:
    """What the package exports, imported when first asked for: it brings JAX with it."""
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'hadax.tasks.supervised' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
