"""Where the searches of a sweep run: in this process, or several processes at a time."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from hadax.core.run.interrupts import Interrupts, Stopped
from hadax.core.words.names import printable
from hadax.launch.search.call import quietly
from hadax.launch.sweeps.cells import Cell
from hadax.launch.sweeps.failures import why

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Job:
    """A search that is to run.

    Attributes:
      cell: which.
      folder: its own.
      log: the file that has what it says, where it is a process of its own.
      command: that process's.
    """

    cell: Cell
    folder: Path
    log: Path
    command: tuple[str, ...]


Ended: TypeAlias = Callable[[Job, str], None]
"""Is told of a job that is over, and why it failed: a line, "" where it did not."""


class Launcher(Protocol):
    """Runs jobs to their ends."""

    def run(self, jobs: Sequence[Job], ended: Ended) -> None:
        """Runs all, telling of each as it is over.

        Raises:
          KeyboardInterrupt: somebody stopped it, once what was running has saved what it has.
        """


@dataclass(frozen=True)
class InTurn:
    """One after the other in this process, which compiles once what several share.

    Attributes:
      progress: whether a bar is shown for each.
    """

    progress: bool = True

    def run(self, jobs: Sequence[Job], ended: Ended) -> None:
        """Runs all; one that fails ends none of the others."""
        for job in jobs:
            ended(job, self._run(job))

    def _run(self, job: Job) -> str:
        try:
            quietly(job.cell.resolved, job.folder, progress=self.progress)
        except Exception as error:
            return why(error)
        return ""


@dataclass(frozen=True)
class Slots:
    """Several at a time, each in a process of its own with its share of this machine's cores.

    Attributes:
      slots: how many, at least 1.
    """

    slots: int

    def run(self, jobs: Sequence[Job], ended: Ended) -> None:
        """Runs all; an interrupt is passed on, and waits until each has saved what it has."""
        waiting, running = list(jobs), dict[int, tuple[Job, subprocess.Popen[bytes], int]]()
        with Interrupts() as interrupts:
            try:
                while waiting or running:
                    for slot in range(self.slots):
                        if waiting and slot not in running and not interrupts.pending:
                            job = waiting.pop(0)
                            running[slot] = job, *started(job, _cores(slot, self.slots))
                    time.sleep(_POLL_SECONDS)
                    if interrupts.pending:
                        raise Stopped(number=interrupts.number)
                    for slot, (job, process, since) in list(running.items()):
                        if (status := process.poll()) is not None:
                            del running[slot]
                            ended(job, why_failed(status, job.log, since))
            finally:
                for _, process, _ in running.values():
                    process.terminate()
                for _, process, _ in running.values():
                    process.wait()


def started(job: Job, cores: Sequence[int] = ()) -> "tuple[subprocess.Popen[bytes], int]":
    """The process of a job, and where in its log begins what it says.

    Before that stands what was said by processes that the job goes on from.

    Args:
      job: what it does.
      cores: that it may use; none for all.
    """
    job.log.parent.mkdir(parents=True, exist_ok=True)
    # A session of its own: Ctrl-C on the terminal is ours to pass on, once.
    with job.log.open("ab") as log, _on_cores(cores):
        since = log.tell()
        process = subprocess.Popen(
            job.command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        return process, since


def why_failed(status: int, log: Path, since: int) -> str:
    """A failed process in a line, the last that it said; "" where its exit status is 0.

    Args:
      status: the exit status; below 0 the signal that ended it.
      log: what it said.
      since: where in it that begins, in bytes.
    """
    if status == 0:
        return ""
    words = log.read_bytes()[since:] if log.exists() else b""
    lines = words.decode("utf-8", errors="replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    ending = f"signal {-status}" if status < 0 else f"status {status}"
    return printable(f"{said} ({ending}; {log})")


def _cores(slot: int, slots: int) -> Sequence[int]:
    """The cores of a slot; none in particular where there are fewer cores than slots."""
    if sys.platform != "linux":
        return ()
    cores = sorted(os.sched_getaffinity(0))
    return cores[slot::slots] if 1 < slots <= len(cores) else ()


@contextmanager
def _on_cores(cores: Sequence[int]) -> Iterator[None]:
    """Within this context this thread has these cores alone, and so has a process it starts."""
    if sys.platform != "linux" or not cores:
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)
