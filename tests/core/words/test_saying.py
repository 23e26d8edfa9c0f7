"""Telling a person, and telling nobody: written once."""

import ast
from pathlib import Path

import hadax
from hadax.core.words import saying


def test_a_line_goes_to_stderr_or_nowhere(capsys):
    saying.on_stderr("half done")
    saying.quiet("nothing")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "half done\n")


def test_nobody_else_says_how_to_say_nothing():
    """A function of a line that does nothing is `quiet`."""
    own, house = Path(saying.__file__), Path(hadax.__file__).parent
    again = [
        f"{path.name}:{node.lineno}"
        for path in house.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if path != own
        and isinstance(node, ast.Lambda)
        and isinstance(node.body, ast.Constant)
        and node.body.value is None
        and [each.arg for each in node.args.args] == ["line"]
    ]
    assert own.is_relative_to(house)
    assert again == []
