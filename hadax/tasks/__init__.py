"""Tasks by name: `make("gymnax/CartPole-v1", episodes=8)`, `names()`, `register(...)`."""

from hadax.tasks import catalog as _catalog
from hadax.tasks.registry import make, names, options_of, outline, recorded_options, register

__all__ = ["make", "names", "options_of", "outline", "recorded_options", "register"]

_catalog.register_all()
