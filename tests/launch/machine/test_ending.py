"""A process ends from any of its threads: one line, its status, and no file half written."""

import subprocess
import sys

PROGRAM = """
import threading, time
from hadax.core.storage.files import WRITING
from hadax.launch.machine.ending import end_at_once

begun = threading.Event()

def write():
    with WRITING:
        begun.set()
        time.sleep(0.3)
        print("written", flush=True)

threading.Thread(target=write).start()
begun.wait()
threading.Thread(target=end_at_once, args=("it is over", 7)).start()
time.sleep(60)
print("never")
"""


def test_a_thread_ends_the_process_once_the_file_at_hand_is_written():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "written\n", "it is over\n")
