"""Python's cyclic garbage collector, told to look rarely: tracing makes much, and little garbage.

Python looks through all that is alive each time that it has grown by a quarter, and a trace is
nothing but growth. A tenth of the seconds before a first generation went there; memory stayed the
same. At the end of the process it would look through all of it once more, for half a second.
"""

import atexit
import gc

_NEW_OBJECTS = 100_000
_YOUNG_LOOKS = 50
_MIDDLE_LOOKS = 100


def collect_rarely() -> None:
    """Lets the collector wait for 100,000 new objects, and older ones for many such looks.

    What is alive when the process ends is left to the operating system. Changes nothing
    where somebody has chosen to collect by hand (`gc.disable()`).
    """
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_LOOKS, _MIDDLE_LOOKS)
    atexit.register(gc.freeze)
