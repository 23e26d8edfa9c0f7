"""Previews on a terminal: pictures where there are any, numbers by name, no wider than asked."""

import re

import numpy as np
import pytest

from hadax.pictures.terminal import preview


@pytest.fixture
def made(distilled):
    inputs = np.array([[0.5, 1, 0.1, -1], [-1, -1, 1, 1]], np.float32)
    return distilled("gymnax/CartPole-v1", inputs, np.eye(2, dtype=np.float32))


def test_pictures_stand_side_by_side_above_a_table_with_names_and_units(made):
    lines = preview(made, colour=False, width=80).splitlines()
    assert lines[0].split("1: ")[0].strip() == "0: ← push left"
    assert any("█" in line for line in lines)
    assert max(map(len, lines)) <= 80
    table = lines[-3:]
    assert "θ̇ (rad/s)" in table[0]
    assert table[1].endswith("← push left")


def test_colours_are_told_only_to_who_shows_them(made):
    assert "\x1b[" not in preview(made, colour=False, width=80)
    coloured = preview(made, colour=True, width=80)
    assert coloured.count("\x1b[0m") > 10
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "▀" in plain


def test_narrow_terminals_have_a_picture_a_line(made):
    lines = preview(made, colour=False, width=40).splitlines()
    assert [line[:2] for line in lines if re.match(r"\d: ", line)] == ["0:", "1:"]


def test_what_has_no_picture_is_a_table(distilled):
    inputs = np.array([[1, 2, 3]], np.float32)
    made = distilled("analytic/linear_regression", inputs, np.zeros((1, 2), np.float32))
    assert preview(made, colour=True, width=80).splitlines()[0].split()[-1] == "target"
