"""Tasks by name: `make("gymnax/CartPole-v1", episodes=8)`, `names()`, `register(...)`.

Examples:
  >>> import hadax
  >>> "analytic/linear_regression" in hadax.tasks.names()
  True
"""

from hadax.tasks import catalog as _catalog
from hadax.tasks.named_options import (
    checked_options,
    config_of,
    default_options,
    local_options,
    makes_same,
    options_of,
    portable_options,
    recorded_options,
    with_options,
)
from hadax.tasks.registry import (
    check_known,
    is_known,
    is_of_process,
    make,
    names,
    outline,
    register,
)

__all__ = [
    "check_known",
    "checked_options",
    "config_of",
    "default_options",
    "is_known",
    "is_of_process",
    "local_options",
    "make",
    "makes_same",
    "names",
    "options_of",
    "outline",
    "portable_options",
    "recorded_options",
    "register",
    "with_options",
]

_catalog.register_all()
