"""What is done before JAX computes anything, once, by every command and call."""

import os


def start(devices: bool = True) -> None:
    """Quiets libraries, makes every core a device, and keeps what is compiled.

    Args:
      devices: whether every core becomes one; what measures a single result needs no more.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from hadax.launch.machine.compile_cache import keep_compiled
    from hadax.launch.machine.devices import use_every_core

    if devices:
        use_every_core()
    keep_compiled()
