"""What was compiled is kept on disk: the same command starts at once the next time."""

import os

import jax

from hadax.core.files import cache_folder

# Shorter compilations cost no more than reading them back.
_LEAST_SECONDS = 0.2
_MOST_BYTES = 2**30


def keep_compiled() -> None:
    """Keeps what JAX compiles in the user's cache, unless somebody has chosen another place.

    A Brax generation takes half a minute to compile and two seconds to read back. JAX's own
    settings go before: JAX_COMPILATION_CACHE_DIR names another folder, and
    JAX_ENABLE_COMPILATION_CACHE=false keeps nothing. Without a folder to write to nothing is kept.
    """
    if jax.config.jax_compilation_cache_dir:  # type: ignore[attr-defined]
        return
    folder = cache_folder() / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", _LEAST_SECONDS)
    jax.config.update("jax_compilation_cache_max_size", _MOST_BYTES)
