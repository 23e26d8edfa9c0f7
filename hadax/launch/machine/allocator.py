"""Two of glibc's arenas, not eight a core: compiling leaves every one of them full of holes."""

import ctypes
import os
import sys

# M_ARENA_MAX of glibc's malloc.h.
_ARENA_MAX = -8

# With one, all threads would wait for the same lock.
_ARENAS = 2


def use_few_arenas() -> None:
    """Limits the memory that threads keep for themselves, unless somebody has chosen already.

    MALLOC_ARENA_MAX, or glibc.malloc.arena_max in GLIBC_TUNABLES, goes before. To be called before
    JAX starts its threads; without glibc it changes nothing.
    """
    chosen = "MALLOC_ARENA_MAX" in os.environ
    if chosen or "malloc.arena_max" in os.environ.get("GLIBC_TUNABLES", ""):
        return
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_ARENA_MAX, _ARENAS)
