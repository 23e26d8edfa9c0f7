"""The switch that does without every trick."""

import os

_VARIABLE = "HADAX_PLAIN"


def plain() -> bool:
    """Whether HADAX_PLAIN asks for JAX as it comes: set, and not to 0.

    Read while a function is traced, so what is compiled already stays as it is; a process that
    changes its mind calls jax.clear_caches().
    """
    return os.environ.get(_VARIABLE, "0") not in ("", "0")
