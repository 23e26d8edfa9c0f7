"""Several processes at a time: all are run, and one that fails ends none of the others."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace

import pytest

from hadax.core.run.interrupts import Stopped
from hadax.launch.sweeps import launchers
from hadax.launch.sweeps.launchers import Slots


def test_all_run_and_a_failed_one_is_told_in_its_last_line(scripted, ended):
    jobs = [
        scripted(0, "print('fine')"),
        scripted(1, "import sys; print('first'); sys.exit('no such thing\\n')"),
        scripted(2, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
        scripted(3, "print('fine too')"),
    ]
    Slots(2).run(jobs, ended)
    assert sorted(ended.found) == [0, 1, 2, 3]
    assert ended.found[0] == ended.found[3] == ""
    assert ended.found[1] == f"no such thing (status 1; {jobs[1].log})"
    assert ended.found[2] == f"it said nothing (signal 9; {jobs[2].log})"
    assert jobs[3].log.read_text() == "fine too\n"


def test_a_log_keeps_what_was_said_before_and_why_is_what_was_said_last(scripted, ended):
    job = scripted(0, "import sys; sys.exit('the first failure')")
    Slots(1).run([job], ended)
    silent = replace(job, command=(sys.executable, "-c", "import sys; sys.exit(3)"))
    Slots(1).run([silent], ended)
    assert ended.found == {0: f"it said nothing (status 3; {job.log})"}
    Slots(1).run([replace(job, command=(sys.executable, "-c", "print('fine')"))], ended)
    assert job.log.read_text() == "the first failure\nfine\n"


def test_no_more_run_at_a_time_than_there_are_slots(scripted, ended, tmp_path):
    code = (
        f"import os, time; from pathlib import Path; p = Path({str(tmp_path)!r});"
        "mine = p / f'{os.getpid()}.running'; mine.touch();"
        "print(len(list(p.glob('*.running')))); time.sleep(0.2); mine.unlink()"
    )
    jobs = [scripted(seed, code) for seed in range(4)]
    Slots(2).run(jobs, ended)
    assert max(int(job.log.read_text()) for job in jobs) <= 2


@pytest.mark.skipif(sys.platform != "linux", reason="cores are given to processes on Linux alone")
def test_slots_share_the_cores(scripted, ended):
    jobs = [scripted(n, "import os; print(len(os.sched_getaffinity(0)))") for n in range(2)]
    before = os.sched_getaffinity(0)
    Slots(2).run(jobs, ended)
    assert os.sched_getaffinity(0) == before
    shares = [int(job.log.read_text()) for job in jobs]
    assert sum(shares) == len(before) if len(before) > 1 else shares == [1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="cores are given to processes on Linux alone")
@pytest.mark.parametrize(
    ("slots", "shares"),
    [(1, [()]), (2, [[0, 5], [3]]), (3, [[0], [3], [5]]), (4, [(), (), (), ()])],
)
def test_every_slot_has_its_share_of_the_cores_or_all_have_all(monkeypatch, slots, shares):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {5, 0, 3})
    assert [launchers._cores(slot, slots) for slot in range(slots)] == shares


def test_an_interrupt_is_passed_on_and_waited_for(scripted, ended, tmp_path):
    saved = tmp_path / "saved"
    code = (
        "import signal, sys, time; from pathlib import Path;"
        f"save = lambda *_: (Path({str(saved)!r}).touch(), sys.exit(143));"
        "signal.signal(signal.SIGTERM, save); print('ready', flush=True); time.sleep(60)"
    )
    job = scripted(0, code)

    def interrupt():
        while not (job.log.exists() and job.log.read_text()):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(Stopped):
        Slots(1).run([job, scripted(1, "print('never')")], ended)
    assert saved.exists()
    assert ended.found == {}
