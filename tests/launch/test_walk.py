"""The walk of a command line: how often one must go from file to file, and back up, to follow it."""

import sys
from itertools import pairwise
from pathlib import Path

import hadax.launch
from hadax.launch import distill
from hadax.launch.commandline.command import execute

LAUNCH = Path(hadax.launch.__file__).parent
ABOVE = (".", "commandline")


def stays(command, arguments):
    """The files of launch whose functions run, in their order, those that follow in one file once."""
    found = []

    def note(frame, event, argument):
        del argument
        if event != "call" or frame.f_code.co_name == "<module>":
            return
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(LAUNCH):
            name = path.relative_to(LAUNCH).as_posix()
            if not found or found[-1] != name:
                found.append(name)

    sys.setprofile(note)
    try:
        assert execute(command, arguments) == 0
    finally:
        sys.setprofile(None)
    return found


def climbs(walk):
    """From a deeper room back to a file at the top or in commandline."""

    def room(name):
        return str(Path(name).parent)

    return [
        f"{one} -> {other}"
        for one, other in pairwise(walk)
        if room(one) not in ABOVE and room(other) in ABOVE
    ]


def test_a_command_line_can_be_followed(tiny, tmp_path):
    arguments = [*tiny, "--generations=1", f"--workdir={tmp_path / 'run'}"]
    walk = stays(distill.COMMAND, arguments)
    told = "\n".join([*walk, "climbs:", *climbs(walk)])
    assert walk[0] == "commandline/command.py"
    assert len(walk) <= 20, told
    assert len(climbs(walk)) <= 4, told
