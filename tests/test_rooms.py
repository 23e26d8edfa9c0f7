"""What the lower rooms say is for callers of every kind: Python's, and commands'."""

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
