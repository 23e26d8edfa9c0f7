"""Joining the other processes of a search, and parting from them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from hadax.core.errors import ConfigError, reason
from hadax.launch.machine.cluster import Cluster, host_of, refuse_loopback, refuse_missing_ipv6
from hadax.launch.machine.peers import Peers, accepted, connected, listening
from hadax.launch.machine.status import UNEXPECTED_STATUS, status_of


@contextmanager
def joined(cluster: Cluster) -> Iterator[None]:
    """Within this context JAX sees the devices of all processes; only process 0 talks.

    To be entered before JAX computes anything.

    Args:
      cluster: the processes.

    Raises:
      ConfigError: a coordinator that the others, or this process, cannot reach.
      UsageError: they did not come together in time.
    """
    import jax

    coordinator, index = _initialize(cluster)
    peers = _meet(cluster, coordinator)
    talks = index == 0
    if not talks:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        yield
    except BaseException as error:
        status = status_of(error)
        peers.leave(status)
        if not talks and status != UNEXPECTED_STATUS:
            _end_quietly(status)
        raise
    if not talks:
        # Before process 0 ends, which keeps what JAX says good-bye to.
        jax.distributed.shutdown()
    peers.leave(0)
    if talks:
        peers.wait()


def _end_quietly(status: int) -> NoReturn:
    """Ends this process, of which nobody needs to hear: process 0 says what there is to say.

    JAX's own end is left out, which aborts where process 0 was faster.
    """
    sys.stderr.flush()
    os._exit(status)


def _initialize(cluster: Cluster) -> tuple[str, int]:
    """Starts JAX's distributed runtime; gives its coordinator and which process this is."""
    import jax

    # The class is JAX's own way to find out, and has no public name.
    from jax._src.clusters import ClusterEnv

    wait = int(cluster.seconds)
    try:
        coordinator, count, index, local = ClusterEnv.auto_detect_unset_distributed_params(
            cluster.coordinator, cluster.processes, cluster.process_id, None, None, wait
        )
        if coordinator:
            refuse_missing_ipv6(coordinator)
        if cluster.several_hosts:
            refuse_loopback(coordinator or "")
        # A lost process then ends no other from within: peers.py does, with a line.
        jax.config.update("jax_enable_recoverability", True)
        jax.distributed.initialize(coordinator, count, index, local, initialization_timeout=wait)
    except ConfigError:
        raise
    except (RuntimeError, ValueError) as error:
        where = cluster.coordinator or "found by the scheduler"
        expected = f"the processes did not come together within {wait} s ({reason(error)})"
        raise ConfigError("coordinator", where, expected) from error
    return coordinator or "", jax.process_index()


def _meet(cluster: Cluster, coordinator: str) -> Peers:
    """Connects this process with process 0, or process 0 with all."""
    import jax
    import numpy as np
    from jax.experimental import multihost_utils

    index, count = jax.process_index(), jax.process_count()
    if index == 0:
        server, token = listening()
        greeting = server.getsockname()[1].to_bytes(4, "big") + token
    else:
        greeting = bytes(20)
    told = multihost_utils.broadcast_one_to_all(np.frombuffer(greeting, np.uint8))
    words = np.asarray(told, np.uint8).tobytes()
    try:
        if index == 0:
            return Peers(accepted(server, token, count, cluster.seconds), count)
        port = int.from_bytes(words[:4], "big")
        host = host_of(coordinator)
        return Peers(connected(host, port, words[4:], index, cluster.seconds), count)
    except OSError as error:
        expected = f"the processes cannot connect to process 0 ({reason(error)})"
        raise ConfigError("coordinator", coordinator, expected) from error
