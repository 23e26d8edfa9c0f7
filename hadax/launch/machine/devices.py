"""One JAX device for each CPU core: a population's networks are too small to share one product."""

import os

import jax

_SETTING = "jax_num_cpu_devices"


def use_every_core() -> None:
    """Makes as many CPU devices as this process has cores, unless somebody has chosen already.

    To be called before evosax is imported, which makes JAX compute; later it changes nothing. Two
    devices of one core each took half as long as one device of two cores for the same generation,
    and less of either core.
    """
    chosen = "xla_force_host_platform_device_count" in os.environ.get("XLA_FLAGS", "")
    if chosen or getattr(jax.config, _SETTING) > 0:
        return
    try:
        jax.config.update(_SETTING, _cores())
    except RuntimeError:
        # JAX runs already, with the devices it has.
        return


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
