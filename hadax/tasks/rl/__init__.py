"""Control tasks, each behind the Task seam: `ControlTask`, `Environment`, `spaces`, `with_view`."""

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax.tasks.rl import spaces as spaces
    from hadax.tasks.rl.control import ControlTask as ControlTask
    from hadax.tasks.rl.environment import Environment as Environment
    from hadax.tasks.rl.view import with_view as with_view

_PLACES: dict[str, str] = {
    "ControlTask": "hadax.tasks.rl.control:ControlTask",
    "Environment": "hadax.tasks.rl.environment:Environment",
    "spaces": "hadax.tasks.rl.spaces",
    "with_view": "hadax.tasks.rl.view:with_view",
}

__all__ = ["ControlTask", "Environment", "spaces", "with_view"]


def __getattr__(name: str) -> Any:
    """What the package exports, imported when first asked for: it brings JAX with it."""
    if name in _PLACES:
        return resolve_name(_PLACES[name])
    raise AttributeError(f"module 'hadax.tasks.rl' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
