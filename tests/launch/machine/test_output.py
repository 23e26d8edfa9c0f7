"""What is said may get lost; what is done does not."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from hadax.launch.commandline.command import Command, run_as_script

def main(parsed):
    for stream in (sys.stdout, sys.stderr):
        for _ in range(3):
            print("score: 1 \u00b1 2", file=stream, flush=True)
    open("done", "w").close()

run_as_script(Command("hadax-test", "", (), main, answers=ANSWERS))
"""


def status(folder, redirection, environment=None, answers=False):
    command = f'"$0" -c "$1" {redirection}'
    environment = {**os.environ, **(environment or {})}
    done = subprocess.run(
        [
            *("bash", "-o", "pipefail", "-c", command, sys.executable),
            PROGRAM.replace("ANSWERS", str(answers)),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "redirection", [">&-", "2>&-", ">&- 2>&-", ">/dev/full 2>&1", "2>&1 | true", ""]
)
def test_wherever_it_goes_the_command_ends_well(tmp_path, redirection):
    assert status(tmp_path, redirection)[0] == 0
    assert (tmp_path / "done").exists()


def test_signs_that_cannot_be_shown_are_replaced(tmp_path):
    code, output = status(tmp_path, "", {"PYTHONIOENCODING": "ascii"})
    assert (code, output) == (0, b"score: 1 ? 2\n" * 6)


@pytest.mark.parametrize(("redirection", "code"), [(">/dev/full", 2), ("| true", 0), (">&-", 0)])
def test_a_result_that_was_printed_to_a_full_disk_is_not_called_done(tmp_path, redirection, code):
    found, said = status(tmp_path, redirection, answers=True)
    assert found == code
    assert (b"stdout: No space left on device; what was printed is not whole" in said) == (
        code == 2
    )
