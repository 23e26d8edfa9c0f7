"""Which devices of which processes share the population, and which process writes.

Everything that depends on there being one process or many asks here.
"""

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from hadax.core.errors import require

AXIS = "population"
"""The mesh's only axis: candidates, spread over devices."""

EVERYWHERE = PartitionSpec()
"""Of arrays that every device has a copy of."""

SPLIT = PartitionSpec(AXIS)
"""Of arrays whose leading axis [population, ...] is spread."""


def available_devices() -> int:
    """How many devices there are to share a population, those of all processes."""
    return len(jax.devices())


def automatic_devices(population: int) -> int:
    """As many devices as can share a population evenly."""
    available = available_devices()
    return max(count for count in range(1, available + 1) if population % count == 0)


def check_devices(devices: int, population: int) -> None:
    """Refuses more devices than there are, or a population that they cannot share evenly.

    Args:
      devices: how many are to share it.
      population: candidates.

    Raises:
      ConfigError: says what would be right.
    """
    available = available_devices()
    require(1 <= devices <= available, "devices", devices, f"must be in [1, {available}]")
    expected = f"must be a multiple of the {devices} devices that share it"
    require(population % devices == 0, "population", population, expected)


def mesh_of(devices: int) -> Mesh:
    """The mesh of the first so many devices."""
    return Mesh(np.asarray(jax.devices()[:devices]), (AXIS,))


def replicated(devices: int) -> NamedSharding:
    """The placement of what every one of the first so many devices has a copy of."""
    return NamedSharding(mesh_of(devices), EVERYWHERE)


def writes() -> bool:
    """Whether this process is the one that writes files and talks to people."""
    return jax.process_index() == 0


def describe_devices(count: int) -> str:
    """What a search computes on, in words."""
    platform = jax.devices()[0].platform
    return f"{count} {platform} device{'s' if count > 1 else ''}"
