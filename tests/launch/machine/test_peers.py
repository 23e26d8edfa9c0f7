"""Processes watch each other: one that is gone is missed, one that took its leave is not."""

import queue
import socket
import threading
import time

import pytest

from hadax.launch.machine import peers
from hadax.launch.machine.peers import LOST_STATUS, Peers, accepted, connected, listening


@pytest.fixture
def ended():
    return queue.Queue()


@pytest.fixture
def pair(ended):
    here, there = socket.socketpair()
    watcher = Peers({1: here}, 2, lambda line, status: ended.put((line, status)))
    yield watcher, there
    watcher.leave(0)
    there.close()


def test_a_connection_that_breaks_is_a_lost_process(pair, ended):
    pair[1].close()
    line, status = ended.get(timeout=10)
    assert status == LOST_STATUS
    assert "process 1 of 2 was lost" in line


def test_silence_is_a_lost_process(monkeypatch, ended):
    monkeypatch.setattr(peers, "_SILENT_SECONDS", 0.3)
    here, there = socket.socketpair()
    watcher = Peers({1: here}, 2, lambda line, status: ended.put((line, status)))
    assert ended.get(timeout=10)[1] == LOST_STATUS
    watcher.leave(0)
    there.close()


def test_who_takes_his_leave_is_not_missed(pair, ended):
    pair[1].sendall(b"." + b"x\0")
    pair[1].close()
    with pytest.raises(queue.Empty):
        ended.get(timeout=1.0)


def test_who_fails_ends_the_others_alike(monkeypatch, pair, ended):
    monkeypatch.setattr(peers, "_GRACE_SECONDS", 0.1)
    pair[1].sendall(b"x\2")
    assert ended.get(timeout=10) == ("hadax: process 1 of 2 ended with status 2", 2)


def awaited(processes):
    """Where the others are waited for: port, word, who is found, and the thread that waits."""
    server, token = listening()
    port, found = server.getsockname()[1], {}
    thread = threading.Thread(target=lambda: found.update(accepted(server, token, processes, 10.0)))
    thread.start()
    return port, token, found, thread


def test_processes_meet_and_strangers_are_turned_away():
    port, token, found, thread = awaited(2)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stranger:
        stranger.sendall(bytes(len(token) + 4))
        assert stranger.recv(1) == b""
    mine = connected("127.0.0.1", port, token, 1, 10.0)
    thread.join(timeout=10)
    assert list(found) == [1]
    found[1].close()
    mine[0].close()


def test_a_silent_connection_keeps_no_process_waiting():
    server, token = listening()
    port = server.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as silent:
        mine = connected("127.0.0.1", port, token, 1, 10.0)
        began = time.monotonic()
        found = accepted(server, token, 2, 10.0)
        assert time.monotonic() - began < 5.0
        assert list(found) == [1]
        assert silent.recv(1) == b""
    found[1].close()
    mine[0].close()


def test_a_greeting_may_come_in_parts():
    port, token, found, thread = awaited(3)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
        slow.sendall(token[:5])
        mine = connected("127.0.0.1", port, token, 1, 10.0)
        slow.sendall(token[5:] + (2).to_bytes(4, "big"))
        thread.join(timeout=10)
    assert sorted(found) == [1, 2]
    for connection in (*found.values(), *mine.values()):
        connection.close()


def test_processes_that_do_not_come_are_waited_for_once():
    server, token = listening()
    mine = connected("127.0.0.1", server.getsockname()[1], token, 1, 10.0)
    with pytest.raises(OSError, match=r"1 of 2 came within 0\.5 s"):
        accepted(server, token, 3, 0.5)
    mine[0].close()


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return socket.has_dualstack_ipv6()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_processes_meet_by_either_protocol(host):
    if host == "::1" and not has_ipv6():
        pytest.skip("needs IPv6")
    server, token = listening()
    mine = connected(host, server.getsockname()[1], token, 1, 10.0)
    found = accepted(server, token, 2, 10.0)
    assert list(found) == [1]
    found[1].close()
    mine[0].close()


def test_processes_meet_where_ipv6_is_switched_off(monkeypatch):
    def refuse(address, *, family, **settings):
        if family == socket.AF_INET6:
            raise OSError("switched off")
        return create(address, family=family, **settings)

    create = socket.create_server
    monkeypatch.setattr(socket, "create_server", refuse)
    server, _ = listening()
    assert server.family == socket.AF_INET
    server.close()
