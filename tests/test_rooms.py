"""What the lower rooms say is for callers of every kind: Python's, and commands'."""

import re
from pathlib import Path

import pytest

import hadax

HOUSE = Path(hadax.__file__).parent


@pytest.mark.parametrize("room", ["core", "learners", "tasks", "distilled"])
def test_no_lower_room_names_a_flag(room):
    named = {
        f"{path.relative_to(HOUSE)}: {flag}"
        for path in (HOUSE / room).rglob("*.py")
        for flag in re.findall(r"--[a-z]\w*", path.read_text(encoding="utf-8"))
    }
    assert not named
