"""What holds of whole rooms: whom they speak to, what they name, and where names come from."""

import ast
import functools
import re
from pathlib import Path

import pytest

import hadax
from hadax.distilled import upward

HOUSE = Path(hadax.__file__).parent


@pytest.mark.parametrize("room", ["core", "learners", "tasks", "distilled"])
def test_no_lower_room_names_a_flag(room):
    named = {
        f"{path.relative_to(HOUSE)}: {flag}"
        for path in (HOUSE / room).rglob("*.py")
        for flag in re.findall(r"--[a-z]\w*", path.read_text(encoding="utf-8"))
    }
    assert not named


UPWARD = {
    name: value
    for name, value in vars(upward).items()
    if isinstance(value, str) and not name.startswith("_")
}


def test_what_results_know_by_name_is_there():
    for value in UPWARD.values():
        assert callable(upward.resolved(value))


def test_results_know_zoo_and_pictures_by_name_and_one_command():
    above = {name: value.split(".")[1] for name, value in UPWARD.items()}
    assert {name for name, room in above.items() if room == "launch"} == {"COMMAND"}
    assert {name for name, room in above.items() if room == "distilled"} == {"EXPORT"}
    assert set(above.values()) == {"zoo", "pictures", "launch", "distilled"}


@pytest.mark.parametrize("room", ["core", "learners", "tasks", "distilled"])
def test_no_other_file_names_what_is_above_it(room):
    place = re.compile(r"[\"'](hadax\.(launch|zoo|pictures|aggregates)\b[\w.:]*)")
    named = {
        f"{path.relative_to(HOUSE)}: {found[0]}"
        for path in (HOUSE / room).rglob("*.py")
        for found in place.findall(path.read_text(encoding="utf-8"))
        if path.name != "upward.py"
    }
    assert not named


@functools.cache
def defined_in(module):
    """The names that a module of hadax makes itself."""
    path = HOUSE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    names = set()
    for each in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        names |= {node.id for at in targets if at for node in ast.walk(at) if hasattr(node, "id")}
        names |= {each.name} if hasattr(each, "name") else set()
    return names


def test_what_the_core_has_is_imported_from_where_it_is_defined():
    elsewhere = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("hadax."):
                continue
            if not HOUSE.joinpath(*node.module.split(".")[1:]).with_suffix(".py").exists():
                continue  # A package, whose exports are its table's.
            for name in {each.name for each in node.names} - defined_in(node.module):
                elsewhere.add(f"{path.relative_to(HOUSE)}: {name} from {node.module}")
    assert not elsewhere
