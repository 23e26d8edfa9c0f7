"""Which devices of which processes share the population, and which process writes.

Everything that depends on there being one process or many asks here.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from hadax.core.errors import require
from hadax.core.types import Population, Pytree

AXIS = "population"
"""The mesh's only axis: candidates, spread over devices."""

EVERYWHERE = PartitionSpec()
"""Of arrays that every device has a copy of."""

SPLIT = PartitionSpec(AXIS)
"""Of arrays whose leading axis is spread."""

_Result = TypeVar("_Result")


def process_count() -> int:
    """How many processes share the search, each with devices of its own."""
    return jax.process_count()


def available_devices() -> int:
    """How many devices there are to share a population, those of all processes."""
    return len(jax.devices())


def automatic_devices(population: int) -> int:
    """As many devices as can share a population evenly, as many of each process.

    Raises:
      ConfigError: a population that the processes cannot share evenly.
    """
    processes = process_count()
    expected = f"must be a multiple of the {processes} processes that share it"
    require(population % processes == 0, "population", population, expected)
    counts = range(processes, available_devices() + 1, processes)
    return max(count for count in counts if population % count == 0)


def check_devices(devices: int, population: int) -> None:
    """Refuses more devices than there are, or a population that they cannot share evenly.

    Args:
      devices: how many are to share it.
      population: candidates.

    Raises:
      ConfigError: says what would be right.
    """
    available, processes = available_devices(), process_count()
    require(1 <= devices <= available, "devices", devices, f"must be in [1, {available}]")
    expected = f"must be a multiple of the {processes} processes"
    require(devices % processes == 0, "devices", devices, expected)
    expected = f"must be a multiple of the {devices} devices that share it"
    require(population % devices == 0, "population", population, expected)


def mesh_of(devices: int) -> Mesh:
    """The mesh of so many devices, the first of each process."""
    processes = process_count()
    if processes == 1:
        return Mesh(np.asarray(jax.devices()[:devices]), (AXIS,))
    each = devices // processes
    own = [jax.local_devices(process_index=index)[:each] for index in range(processes)]
    return Mesh(np.asarray(own).reshape(-1), (AXIS,))


def replicated(devices: int) -> NamedSharding:
    """The placement of what every one of the first so many devices has a copy of."""
    return NamedSharding(mesh_of(devices), EVERYWHERE)


def map_over_devices(
    function: Callable[..., _Result], population: Population, devices: int, *shared: Pytree
) -> _Result:
    """A function of a population, each device doing its share; every device has all results.

    Every device has the whole population, and takes its part of it: drawing candidates once more
    costs less than sending them. So nothing crosses between devices but results, and what is
    computed of these is the same to the last bit however many devices there are.

    Args:
      function: of candidates [share, ...] and of `shared`, to a pytree of arrays [share, ...].
      population: candidates [population, ...], evenly divided by the devices.
      devices: so many.
      shared: the function's further arguments.

    Returns:
      The results [population, ...].
    """

    def part(population: Population, *shared: Pytree) -> _Result:
        if devices == 1:
            return function(population, *shared)
        own = jax.tree.map(partial(_own_part, devices), population)
        gather = partial(jax.lax.all_gather, axis_name=AXIS, tiled=True)
        return jax.tree.map(gather, function(own, *shared))

    specs = (EVERYWHERE,) * (1 + len(shared))
    mapped: Callable[..., _Result] = jax.shard_map(
        part, mesh=mesh_of(devices), in_specs=specs, out_specs=EVERYWHERE, check_vma=False
    )
    return mapped(population, *shared)


def _own_part(devices: int, leaf: jax.Array) -> jax.Array:
    size = leaf.shape[0] // devices
    return jax.lax.dynamic_slice_in_dim(leaf, jax.lax.axis_index(AXIS) * size, size)


def writes() -> bool:
    """Whether this process is the one that writes files and talks to people."""
    return jax.process_index() == 0


def describe_devices(count: int) -> str:
    """What a search computes on, in words."""
    platform = jax.devices()[0].platform
    where = "" if process_count() == 1 else f" of {process_count()} processes"
    return f"{count} {platform} device{'s' if count > 1 else ''}{where}"
