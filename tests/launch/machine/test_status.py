"""One exit status for one failure: what a command ends with is what it tells its peers."""

import signal

import pytest

from hadax.core.errors import ConfigError, UsageError
from hadax.core.run.interrupts import Stopped
from hadax.launch.commandline.command import Command, execute
from hadax.launch.commandline.parsing import FlagError
from hadax.launch.machine import processes
from hadax.launch.machine.cluster import Cluster
from hadax.launch.machine.status import status_of

EXPECTED = [
    (UsageError("no such file"), 2),
    (ConfigError("width", -3, "must be above 0"), 2),
    (FlagError("--wdth: no such flag"), 2),
    (OSError(28, "No space left on device"), 2),
    (MemoryError(), 2),
    (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 16 bytes."), 2),
    (KeyboardInterrupt(), 130),
    (Stopped(number=signal.SIGTERM), 143),
]
UNEXPECTED = [RuntimeError("INTERNAL: a bug"), ValueError("RESOURCE_EXHAUSTED"), AssertionError()]


@pytest.fixture
def raising(monkeypatch):
    """Runs a command of one of several processes that raises an error; what its peers are told."""
    left = []

    class Peers:
        def leave(self, status):
            left.append(status)

    monkeypatch.setattr(processes, "_initialize", lambda cluster: ("here:1", 0))
    monkeypatch.setattr(processes, "_meet", lambda cluster, coordinator: Peers())

    def run(error):
        def main(parsed):
            with processes.joined(Cluster("here:1", 2, 0, 1.0, False)):
                raise error

        return execute(Command("hadax-test", "", (), main), [])

    run.left = left
    return run


@pytest.mark.parametrize(("error", "status"), EXPECTED, ids=lambda each: repr(each)[:30])
def test_a_failure_has_one_status(raising, capsys, error, status):
    assert status_of(error) == status
    assert raising(error) == status
    assert raising.left == [status]
    said = capsys.readouterr().err
    assert (said[:10], said.count("\n")) == ("hadax-test", 1)


@pytest.mark.parametrize("error", UNEXPECTED, ids=repr)
def test_what_nobody_expects_is_raised(raising, error):
    assert status_of(error) == 1
    with pytest.raises(type(error)):
        raising(error)
    assert raising.left == [1]
