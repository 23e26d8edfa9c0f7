"""What JAX is told before it computes anything: its devices, and where compiled code is kept."""

import os
import sys

from hadax.core.errors import UsageError, reason
from hadax.core.storage.files import cache_folder
from hadax.launch.machine.compile_cache import replace_damaged, tidy

_DEVICES = "jax_num_cpu_devices"

# Shorter compilations cost no more than reading them back.
_LEAST_SECONDS = 0.2
_MOST_BYTES = 2**30


def start(devices: bool = True) -> None:
    """Quiets libraries, makes every core a device, and keeps what is compiled.

    Args:
      devices: whether every core becomes one; what measures a single result needs no more.

    Raises:
      UsageError: JAX has none of the devices that its settings ask for.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if devices:
        use_every_core()
    keep_compiled()
    require_devices()


def note_settings() -> None:
    """Says on stderr which of JAX's settings, chosen in the environment, are not used."""
    from hadax.core.jax_settings import unusual

    if names := unusual():
        listed = ", ".join(name.upper() for name in names)
        print(f"note: {listed}: set aside, the results would be others", file=sys.stderr)


def require_devices() -> None:
    """Starts JAX.

    Raises:
      UsageError: it has none of the devices that JAX_PLATFORMS asks for.
    """
    import jax

    try:
        jax.devices()
    except (RuntimeError, AssertionError) as error:
        asked = jax.config.jax_platforms  # type: ignore[attr-defined]
        message = f"JAX_PLATFORMS={asked or ''}: JAX finds no such device ({reason(error)})"
        raise UsageError(f"{message}; leave it out, or write cpu") from error


def use_every_core() -> None:
    """Makes as many CPU devices as this process has cores, unless somebody has chosen already.

    To be called before evosax is imported, which makes JAX compute; later it changes nothing. Two
    devices of one core each took half as long as one device of two cores for the same generation,
    and less of either core.
    """
    import jax

    chosen = "xla_force_host_platform_device_count" in os.environ.get("XLA_FLAGS", "")
    if chosen or getattr(jax.config, _DEVICES) > 0:
        return
    try:
        jax.config.update(_DEVICES, _cores())
    except RuntimeError:
        # JAX runs already, with the devices it has.
        return


def keep_compiled() -> None:
    """Keeps what JAX compiles in the user's cache, unless somebody has chosen another place.

    A Brax generation takes half a minute to compile and two seconds to read back. JAX's own
    settings go before: JAX_COMPILATION_CACHE_DIR names another folder, and
    JAX_ENABLE_COMPILATION_CACHE=false keeps nothing. Without a folder to write to nothing is kept.
    """
    import jax

    if jax.config.jax_compilation_cache_dir:  # type: ignore[attr-defined]
        return
    folder = cache_folder() / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    tidy(folder)
    replace_damaged(folder)
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", _LEAST_SECONDS)
    jax.config.update("jax_compilation_cache_max_size", _MOST_BYTES)


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
