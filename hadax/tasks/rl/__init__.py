"""Control tasks, each behind the Task seam: `ControlTask`, `Environment`, `spaces`, `with_view`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax.tasks.rl import spaces as spaces
    from hadax.tasks.rl.control import ControlTask as ControlTask
    from hadax.tasks.rl.environment import Environment as Environment
    from hadax.tasks.rl.view import with_view as with_view

__all__ = ["ControlTask", "Environment", "spaces", "with_view"]


def __getattr__(name: str) -> Any:
    """What the package exports, imported when first asked for: it brings JAX with it."""
    if name == "ControlTask":
        from hadax.tasks.rl.control import ControlTask

        return ControlTask
    if name == "Environment":
        from hadax.tasks.rl.environment import Environment

        return Environment
    if name == "spaces":
        from importlib import import_module

        return import_module("hadax.tasks.rl.spaces")
    if name == "with_view":
        from hadax.tasks.rl.view import with_view

        return with_view
    raise AttributeError(f"module 'hadax.tasks.rl' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
