"""The walk of a command line: how often one goes from file to file, and back up, to follow it."""

import ast
import inspect
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import hadax.launch
from hadax.core.run import loop
from hadax.launch import distill
from hadax.launch.commandline.command import execute
from hadax.launch.search.presenting import publish

LAUNCH = f"{Path(hadax.launch.__file__).parent}/"
ABOVE = (".", "commandline")
MOST_STAYS, MOST_CLIMBS = 20, 4


def passed_over():
    """Functions that need no visit: properties, checks of fields, and those of one statement."""
    found = {("", "<lambda>")}
    for path in Path(LAUNCH).rglob("*.py"):
        name = path.relative_to(LAUNCH).as_posix()
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.FunctionDef):
                body = each.body[1:] if ast.get_docstring(each) else each.body
                marks = {mark.id for mark in each.decorator_list if isinstance(mark, ast.Name)}
                if len(body) <= 1 or marks & {"property", "cached_property"}:
                    found.add((name, each.name))
    return found


def calls(command, arguments):
    """The functions of launch that run, by file and name."""
    made = []

    def note(frame, event, argument):
        del argument
        code = frame.f_code
        # What is optimised is a function, no body of a module or a class.
        function = code.co_flags & inspect.CO_OPTIMIZED
        inside = code.co_filename.startswith(LAUNCH)
        if event == "call" and function and inside and not _is_another(frame):
            made.append((code.co_filename.removeprefix(LAUNCH), code.co_name))

    sys.setprofile(note)
    try:
        assert execute(command, arguments) == 0
    finally:
        sys.setprofile(None)
    return made


def _is_another(frame):
    """Whether it is part of another walk.

    That is what core's loop tells observers of, many times over, and what is drawn of a result
    once it is written, as `hadax-report` draws it.
    """
    while (frame := frame.f_back) is not None:
        code = frame.f_code
        if code.co_filename == publish.__file__ and code.co_name in ("_pictures", "_draw"):
            return True
        if code.co_filename == loop.__file__ and code.co_name == "_report":
            return True
    return False


def stays(made):
    """The files that are visited, in their order; calls that follow in one file are one stay."""
    skipped = passed_over()
    files = [
        file
        for file, name in made
        if (file, name) not in skipped and not name.startswith("<") and name != "__post_init__"
    ]
    return [file for before, file in pairwise(["", *files]) if file != before]


def climbs(walk):
    """From a deeper room back to a file at the top or in commandline."""
    rooms = {file: str(Path(file).parent) for file in walk}
    return [
        f"{one} -> {other}"
        for one, other in pairwise(walk)
        if rooms[one] not in ABOVE and rooms[other] in ABOVE
    ]


@pytest.fixture(scope="module")
def walk(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    made = calls(distill.COMMAND, [*tiny, "--generations=1", f"--workdir={folder}"])
    return stays(made)


def test_the_walk_begins_at_the_command(walk):
    assert walk[:2] == ["commandline/command.py", "commandline/parsing.py"]
    assert walk[-1] == "search/presenting/publish.py"


def test_a_command_line_can_be_followed(walk):
    assert len(walk) <= MOST_STAYS, "\n".join(walk)


def test_one_seldom_has_to_climb_back(walk):
    assert len(climbs(walk)) <= MOST_CLIMBS, "\n".join([*walk, "climbs:", *climbs(walk)])
