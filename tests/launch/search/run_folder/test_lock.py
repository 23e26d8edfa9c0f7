"""One run in a folder at a time."""

import subprocess
import sys

import pytest

from hadax.core.errors import UsageError
from hadax.launch.search.run_folder.lock import Lock

HOLDER = """
import sys, time
from pathlib import Path
from hadax.launch.search.run_folder.lock import Lock

lock = Lock(Path(sys.argv[1]))
print("ready", flush=True)
time.sleep(60)
"""


def test_the_second_is_refused_in_a_line_and_let_in_afterwards(tmp_path):
    first = Lock(tmp_path)
    with pytest.raises(UsageError, match=r"process \d+ on \S+ is running in it") as refused:
        Lock(tmp_path)
    assert "\n" not in str(refused.value)
    first.release()
    Lock(tmp_path).release()


def test_a_killed_process_leaves_no_lock(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(UsageError, match=f"process {process.pid} on"):
            Lock(tmp_path)
        process.kill()
    Lock(tmp_path).release()
