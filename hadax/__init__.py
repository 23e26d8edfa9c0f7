"""hadax: squeezes what a network must learn into a handful of synthetic examples (HaDES)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hadax.distilled.distilled import load as load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """`hadax.load`, imported when first asked for: it brings JAX with it."""
    if name == "load":
        from hadax.distilled.distilled import load

        return load
    raise AttributeError(f"module 'hadax' has no attribute '{name}'")
