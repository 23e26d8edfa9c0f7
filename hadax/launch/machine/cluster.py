"""Which processes share a search, as its flags and the cluster's scheduler say; imports no JAX."""

import importlib.util
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from hadax.core.errors import ConfigError, UsageError, require
from hadax.core.settings.durations import seconds_of
from hadax.core.settings.fields import check, setting

_MOST_PROCESSES = 2**20


@dataclass(frozen=True)
class ClusterConfig:
    """Several processes that share one search; by themselves under SLURM, Open MPI, Kubernetes."""

    coordinator: str | None = setting(
        None, "HOST:PORT of process 0, where several share a search; a scheduler's own by default"
    )
    processes: int = setting(
        0,
        "processes that share the search; auto, or 0: as the scheduler says",
        least=0,
        most=_MOST_PROCESSES,
        automatic=True,
    )
    process_id: int | None = setting(
        None, "this process among them, from 0", least=0, most=_MOST_PROCESSES
    )
    initialization_timeout: str = setting(
        "30min", "how long processes wait for each other at the start"
    )

    def __post_init__(self) -> None:
        check(self)
        seconds_of("initialization_timeout", self.initialization_timeout)
        if self.coordinator is not None:
            host_of(self.coordinator)
        if self.process_id is not None and self.processes:
            expected = f"must be below the {self.processes} processes"
            require(self.process_id < self.processes, "process_id", self.process_id, expected)


@dataclass(frozen=True)
class Cluster:
    """The processes of one search.

    Attributes:
      coordinator: HOST:PORT; None for what JAX finds out.
      processes: how many; None for what JAX finds out.
      process_id: this one; None for what JAX finds out.
      seconds: they wait for each other.
      several_hosts: whether the scheduler has put them on more than one.
    """

    coordinator: str | None
    processes: int | None
    process_id: int | None
    seconds: float
    several_hosts: bool


@dataclass(frozen=True)
class _Scheduled:
    """What a scheduler has put into the environment; `named`, whether JAX finds the coordinator."""

    scheduler: str
    processes: int | None
    process_id: int | None
    several_hosts: bool
    named: bool = True


def cluster_of(config: ClusterConfig, environment: Mapping[str, str]) -> Cluster | None:
    """The processes that share this search; None where it is alone.

    Args:
      config: what was given.
      environment: variables, by name.

    Raises:
      ConfigError: something is missing to find the others.
      UsageError: a scheduler's variable that is no number.
    """
    scheduled = _scheduled(environment)
    coordinator = config.coordinator or environment.get("JAX_COORDINATOR_ADDRESS")
    by_hand = config.coordinator or config.processes or config.process_id is not None
    if not by_hand and scheduled is None:
        return None
    processes, index = config.processes or None, config.process_id
    if scheduled is not None:
        processes = processes or scheduled.processes
        index = scheduled.process_id if index is None else index
    if scheduled is None or not scheduled.named:
        where = "" if scheduled is None else f"; {scheduled.scheduler} does not say it"
        _require_given("coordinator", coordinator, f"HOST:PORT of process 0{where}")
        _require_given("processes", processes, "how many share the search")
        _require_given("process_id", index, "which of them this is, from 0")
    if processes == 1:
        return None
    return Cluster(
        coordinator,
        processes,
        index,
        seconds_of("initialization_timeout", config.initialization_timeout),
        scheduled is not None and scheduled.several_hosts,
    )


def refuse_loopback(coordinator: str) -> None:
    """Refuses an address of this host alone, where the others are elsewhere.

    Raises:
      ConfigError: the coordinator's name stands for it.
    """
    found = _addresses(coordinator)
    if found and all(each.is_loopback for each in found):
        expected = f"is {found[0]}, which other hosts cannot reach; give an address of"
        raise ConfigError("coordinator", coordinator, f"{expected} process 0 that they can")


def refuse_missing_ipv6(coordinator: str) -> None:
    """Refuses an address that is reached by IPv6 alone, on a machine that has none.

    Raises:
      ConfigError: the coordinator's name stands for such ones only.
    """
    found = _addresses(coordinator)
    if found and all(each.version == 6 for each in found) and not _has_ipv6():
        expected = f"is {found[0]}, and this machine has no IPv6; give an IPv4 address of process 0"
        raise ConfigError("coordinator", coordinator, expected)


def host_of(coordinator: str) -> str:
    """The host in HOST:PORT, an IPv6 address without its brackets.

    Raises:
      ConfigError: it is something else.
    """
    host, _, port = coordinator.rpartition(":")
    fits = host != "" and port.isascii() and port.isdigit() and 0 < int(port) < 2**16
    require(fits, "coordinator", coordinator, "must be HOST:PORT")
    bracketed = host.startswith("[") and host.endswith("]")
    require(
        bracketed or ":" not in host, "coordinator", coordinator, "must be [HOST]:PORT with IPv6"
    )
    return host[1:-1] if bracketed else host


def _addresses(coordinator: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """What the coordinator's name stands for here, in order; [] of one that is unknown."""
    host = host_of(coordinator)
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        # Connecting to it says so.
        return []
    return [ipaddress.ip_address(each.split("%")[0]) for each in sorted(found)]


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            # A system that knows IPv6 and has it switched off makes sockets, without addresses.
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _require_given(name: str, value: object, meaning: str) -> None:
    if value is None:
        raise UsageError(f"--{name}: is missing: {meaning}")


def _scheduled(environment: Mapping[str, str]) -> _Scheduled | None:
    """What SLURM, Open MPI or Kubernetes says, if this is one process of several there."""
    if "SLURM_PROCID" in environment and "SLURM_STEP_NODELIST" in environment:
        tasks = _number(environment, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS")
        hosts = _number(environment, "SLURM_STEP_NUM_NODES", "SLURM_JOB_NUM_NODES")
        index = _number(environment, "SLURM_PROCID")
        return None if tasks < 2 else _Scheduled("SLURM", tasks, index, hosts > 1)
    if "OMPI_COMM_WORLD_SIZE" in environment:
        size = _number(environment, "OMPI_COMM_WORLD_SIZE")
        local = _number(environment, "OMPI_COMM_WORLD_LOCAL_SIZE", "OMPI_COMM_WORLD_SIZE")
        index = _number(environment, "OMPI_COMM_WORLD_RANK")
        # Open MPI 5 no longer says where its launcher is.
        named = "OMPI_MCA_orte_hnp_uri" in environment
        return None if size < 2 else _Scheduled("Open MPI", size, index, local < size, named)
    indexed = {"KUBERNETES_SERVICE_HOST", "JOB_COMPLETION_INDEX"} <= environment.keys()
    if indexed and importlib.util.find_spec("kubernetes") is not None:
        return _Scheduled("Kubernetes", None, None, True)
    return None


def _number(environment: Mapping[str, str], *names: str) -> int:
    """The first of some variables that there is; 1 where there is none."""
    name = next((name for name in names if environment.get(name)), None)
    if name is None:
        return 1
    text = environment[name]
    if not (text.isascii() and text.isdigit()):
        raise UsageError(f"{name}={text}: must be a whole number")
    return int(text)
