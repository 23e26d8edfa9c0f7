"""How often Python looks for garbage while much is made that stays."""

import subprocess
import sys

import pytest

SCRIPT = """
import gc, sys
from hadax.launch.machine.collector import collect_rarely
if "disabled" in sys.argv:
    gc.disable()
if "rarely" in sys.argv:
    collect_rarely()
before = sum(each["collections"] for each in gc.get_stats())
kept = [[number] for number in range(250_000)]
looks = sum(each["collections"] for each in gc.get_stats()) - before
print(looks, gc.isenabled())
"""


@pytest.mark.parametrize(
    ("how", "fewest", "most", "enabled"),
    [((), 100, 1000, "True"), (("rarely",), 2, 2, "True"), (("disabled", "rarely"), 0, 0, "False")],
)
def test_it_waits_for_a_hundred_thousand_objects_and_stays_as_somebody_chose(
    how, fewest, most, enabled
):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *how], check=True, capture_output=True, text=True
    )
    looks, stays = done.stdout.split()
    assert fewest <= int(looks) <= most
    assert stays == enabled


def test_at_the_end_it_does_not_look_through_what_is_alive():
    script = """
import atexit, gc
from hadax.launch.machine.collector import collect_rarely
atexit.register(lambda: print(gc.get_freeze_count() > 1000))
collect_rarely()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "True"
