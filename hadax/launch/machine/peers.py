"""Noticing within seconds that another process of a search has died, so that none waits for ever.

Process 0 keeps a connection to every other one. A process that is killed loses its connections at
once; a machine that vanishes is silent. Either way all end, with one line and `LOST_STATUS`. What
is computed together would otherwise wait: half an hour on a CPU, for ever on some GPUs.
"""

import contextlib
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hadax.launch.machine.ending import end_at_once

LOST_STATUS = 75
"""Exit status of a process that lost another: try again (EX_TEMPFAIL of sysexits.h)."""

_BEAT, _LEFT = b".", b"x"
_BEAT_SECONDS = 2.0
_SILENT_SECONDS = 30.0
# A process that failed has said why; the others may be about to fail alike, in their own words.
_GRACE_SECONDS = 5.0
_TOKEN_BYTES = 16
_GREETING_BYTES = _TOKEN_BYTES + 4
_BACKLOG = 1024


@dataclass
class _Peer:
    connection: socket.socket
    index: int
    heard: float = field(default_factory=time.monotonic)
    left: bool = False


@dataclass
class _Caller:
    """Somebody who has connected, and may be a process of this search."""

    connection: socket.socket
    said: bytes = b""

    def hear(self) -> bool:
        """Whether, with what has come now, the greeting is whole, or there will be no more."""
        try:
            part = self.connection.recv(_GREETING_BYTES - len(self.said))
        except BlockingIOError:
            return False
        except OSError:
            part = b""
        self.said += part
        return not part or len(self.said) == _GREETING_BYTES


class Peers:
    """The connections of this process to others of the same search, watched by a thread.

    Args:
      connections: by the process at their other end.
      processes: in all, for the line.
      end: is given the line and the status; ends this process.
    """

    def __init__(
        self,
        connections: dict[int, socket.socket],
        processes: int,
        end: Callable[[str, int], None] | None = None,
    ) -> None:
        self._peers = [_Peer(connection, index) for index, connection in connections.items()]
        self._processes, self._end = processes, end or end_at_once
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def leave(self, status: int) -> None:
        """Ends the watch; the others are told that this process ends, and how."""
        self._stopped.set()
        self._thread.join()
        for peer in self._peers:
            peer.connection.setblocking(True)
            _send(peer.connection, _LEFT + bytes([status]))

    def wait(self) -> None:
        """Waits until all others have left too, after `leave`."""
        for peer in self._peers:
            peer.connection.settimeout(_SILENT_SECONDS)
            with contextlib.suppress(OSError):
                while not peer.left and (heard := peer.connection.recv(4096)):
                    peer.left = _LEFT in heard

    def _watch(self) -> None:
        with selectors.DefaultSelector() as selector:
            for peer in self._peers:
                peer.connection.setblocking(False)
                selector.register(peer.connection, selectors.EVENT_READ, peer)
            beaten = 0.0
            while not self._stopped.is_set():
                for key, _ in selector.select(timeout=_BEAT_SECONDS / 8):
                    self._hear(selector, key.data)
                now = time.monotonic()
                for peer in self._peers:
                    if not peer.left and now - peer.heard > _SILENT_SECONDS:
                        self._lost(peer)
                if now - beaten > _BEAT_SECONDS:
                    beaten = now
                    for peer in self._peers:
                        _send(peer.connection, _BEAT)

    def _hear(self, selector: selectors.BaseSelector, peer: _Peer) -> None:
        try:
            heard = peer.connection.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        peer.heard = time.monotonic()
        _, left, status = heard.partition(_LEFT)
        if heard and not left:
            return
        peer.left = True
        selector.unregister(peer.connection)
        if not left:
            self._lost(peer)
        elif status[:1] != b"\0":
            self._failed(peer, status[0] if status else LOST_STATUS)

    def _lost(self, peer: _Peer) -> None:
        self._end(
            f"hadax: process {peer.index} of {self._processes} was lost;"
            " the same command goes on from the last checkpoint",
            LOST_STATUS,
        )

    def _failed(self, peer: _Peer, status: int) -> None:
        if not self._stopped.wait(_GRACE_SECONDS):
            line = f"hadax: process {peer.index} of {self._processes} ended with status {status}"
            self._end(line, status)


def listening() -> tuple[socket.socket, bytes]:
    """A socket for the other processes to connect to, and the word by which they are known.

    They may come by IPv4, and by IPv6 where this machine has it.
    """
    return _server(), secrets.token_bytes(_TOKEN_BYTES)


def accepted(
    server: socket.socket, token: bytes, processes: int, seconds: float
) -> dict[int, socket.socket]:
    """The connections of all other processes.

    Whoever else connects, a port scan, say, keeps none of them waiting, whether it talks or not.

    Args:
      server, token: as `listening` gives them.
      processes: in all.
      seconds: to wait for them, at most.

    Raises:
      OSError: they did not come in time.
    """
    found: dict[int, socket.socket] = {}
    callers: list[_Caller] = []
    until = time.monotonic() + seconds
    with server, selectors.DefaultSelector() as selector:
        server.setblocking(False)
        selector.register(server, selectors.EVENT_READ)
        try:
            while len(found) < processes - 1:
                left = until - time.monotonic()
                if left <= 0:
                    came = f"{len(found)} of {processes - 1} came within {seconds:g} s"
                    raise TimeoutError(came)
                for key, _ in selector.select(left):
                    if key.fileobj is server:
                        callers += _called(server, selector)
                    elif key.data.hear():
                        selector.unregister(key.data.connection)
                        found |= _known(key.data, token)
        finally:
            for caller in callers:
                if caller.connection not in found.values():
                    caller.connection.close()
    return found


def connected(
    host: str, port: int, token: bytes, index: int, seconds: float
) -> dict[int, socket.socket]:
    """The connection of this process to process 0.

    Args:
      host, port: where process 0 listens.
      token: its word.
      index: this process.
      seconds: to wait for it, at most.

    Raises:
      OSError: it cannot be reached.
    """
    connection = socket.create_connection((host, port), timeout=seconds)
    connection.sendall(token + index.to_bytes(4, "big"))
    return {0: connection}


def _server() -> socket.socket:
    if socket.has_dualstack_ipv6():
        # Where the system knows IPv6 and has it switched off, IPv4 is left.
        with contextlib.suppress(OSError):
            return socket.create_server(
                ("", 0), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=True
            )
    return socket.create_server(("", 0), family=socket.AF_INET, backlog=_BACKLOG)


def _called(server: socket.socket, selector: selectors.BaseSelector) -> list[_Caller]:
    """Who has connected, to be heard from now on; nobody where he is gone again."""
    try:
        connection, _ = server.accept()
    except (BlockingIOError, ConnectionError):
        return []
    connection.setblocking(False)
    caller = _Caller(connection)
    selector.register(connection, selectors.EVENT_READ, caller)
    return [caller]


def _known(caller: _Caller, token: bytes) -> dict[int, socket.socket]:
    """The connection of a process of this search, by its index; {} and closed of anybody else."""
    whole = len(caller.said) == _GREETING_BYTES
    if not (whole and secrets.compare_digest(caller.said[:_TOKEN_BYTES], token)):
        caller.connection.close()
        return {}
    return {int.from_bytes(caller.said[_TOKEN_BYTES:], "big"): caller.connection}


def _send(connection: socket.socket, content: bytes) -> None:
    # Whoever is gone is noticed where he is heard, or not.
    with contextlib.suppress(OSError):
        connection.send(content)
