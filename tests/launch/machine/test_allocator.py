"""How many arenas glibc gives to threads that allocate side by side."""

import ctypes
import os
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, sys, threading
if sys.argv[1] == "few":
    from hadax.launch.machine.allocator import use_few_arenas
    use_few_arenas()
together = threading.Barrier(6)
def allocate():
    together.wait()
    held = [bytes(5000) for _ in range(1000)]
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
output = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, output)
libc.fflush(output)
"""


def arenas(which, **environment):
    without = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    command = [sys.executable, "-c", SCRIPT, which]
    done = subprocess.run(command, check=True, env=without | environment, capture_output=True)
    return done.stdout.count(b"<heap ")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_info"), reason="no glibc"
)
def test_threads_share_two_arenas_unless_somebody_chose():
    assert arenas("glibc's own") > 2
    assert arenas("few") == 2
    assert arenas("few", MALLOC_ARENA_MAX="4") == 4
