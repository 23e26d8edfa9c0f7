"""A command that is stopped says so in one line, at once, whatever it is at."""

import signal
import subprocess
import sys
import time

import pytest

from hadax.core.run.interrupts import ECHO_SECONDS, Interrupts, Stopped

# Whoever runs the tests in the background may have Ctrl-C ignored, which processes inherit.
HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
PROGRAM = """
import hashlib, time
from hadax.core.run.interrupts import Interrupts, Stopped
from hadax.launch.commandline.command import Command, run_as_script

def main(parsed):
    {body}

run_as_script(Command("hadax-test", "", (), main, resumes=True))
"""

# What a signal's handler waits for, as it does for the compiler: native code, the lock given away.
NATIVE = "print('ready'); hashlib.pbkdf2_hmac('sha256', b'', b'', 10**9)"
RUN = """
    with Interrupts() as interrupts:
        print('ready')
        while not interrupts.pending:
            time.sleep(0.01)
        time.sleep(0.5)
        raise Stopped(number=interrupts.number)"""
FAREWELL = "hadax-test: interrupted; the same command goes on\n"


def stopped(body, numbers, between=0.0, **options):
    """Exit status and stderr of a command that is sent signals, seconds apart, once it is ready."""
    command = [sys.executable, "-c", f"{HEED}\n{PROGRAM.format(body=body)}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, **options) as process:
        assert process.stdout.readline() == "ready\n"
        for number in numbers:
            process.send_signal(number)
            time.sleep(between)
        try:
            _, error = process.communicate(timeout=60)
        finally:
            process.kill()
    return process.returncode, error


@pytest.mark.parametrize("body", [NATIVE, "print('ready'); time.sleep(60)", RUN])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_one_line_and_its_status(body, number, status):
    assert stopped(body, [number]) == (status, FAREWELL)


def test_a_second_signal_ends_a_run_in_the_middle_of_native_code():
    body = f"with Interrupts(): {NATIVE}"
    assert stopped(body, [signal.SIGTERM] * 2, between=ECHO_SECONDS + 0.1) == (143, FAREWELL)


@pytest.mark.parametrize("work", [NATIVE, "print('ready'); time.sleep(60)"])
def test_one_signal_ends_a_run_that_has_nothing_to_lose(work):
    body = f"""
    with Interrupts(holding=False):
        {work}"""
    assert stopped(body, [signal.SIGTERM]) == (143, FAREWELL)


def test_a_signal_before_there_is_something_to_lose_is_not_forgotten():
    with Interrupts(holding=False) as interrupts:
        before = Interrupts.noted
        signal.raise_signal(signal.SIGTERM)
        assert (Interrupts.noted, interrupts.pending) == (before, True)
        interrupts.hold()
        interrupts.hold()
        assert Interrupts.noted == before + 1


def test_a_signal_that_is_passed_on_twice_is_one():
    body = RUN.replace("        raise", "        print('saved', file=sys.stderr)\n        raise")
    status, error = stopped(f"import sys{body}", [signal.SIGTERM] * 2, between=0.1)
    assert (status, error) == (143, f"saved\n{FAREWELL}")


def test_an_echo_is_none_for_a_program_that_embeds_a_run(monkeypatch):
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert interrupts.pending
        monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGTERM)


def test_what_a_collection_of_garbage_would_swallow_is_not_lost():
    body = """
    class Cycle:
        def __del__(self):
            print('ready')
            time.sleep(60)
    Cycle()"""
    assert stopped(body, [signal.SIGTERM]) == (143, FAREWELL)


def test_a_background_job_that_ignores_ctrl_c_goes_on_doing_so():
    ignore = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    program = f"{ignore}\n" + PROGRAM.format(body="print('ready'); time.sleep(0.5)")
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0
