"""Whether others used the cores while something was timed: then its figures say little."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

MOST_BY_OTHERS = 0.05
"""Share of all cores that may go to others in figures that are quoted."""

_STAT = Path("/proc/stat")


@dataclass(frozen=True)
class Watch:
    """The cores at one moment.

    Attributes:
      wall: seconds of a clock.
      busy: core-seconds that anyone has used, taken away by a host included; None where the system
        does not say.
      own: CPU-seconds of this process and of those that it has waited for.
    """

    wall: float
    busy: float | None
    own: float

    @classmethod
    def now(cls) -> "Watch":
        """Looks at them."""
        times = os.times()
        return cls(time.perf_counter(), _busy(), sum(times[:4]))

    def others_since(self, earlier: "Watch") -> float | None:
        """The share of all cores that others used since an earlier look, in [0, 1]."""
        if self.busy is None or earlier.busy is None:
            return None
        others = (self.busy - earlier.busy) - (self.own - earlier.own)
        cores = (os.cpu_count() or 1) * (self.wall - earlier.wall)
        return min(1.0, max(0.0, others / cores)) if cores else 0.0


def verdict(others: float | None) -> str:
    """A line for whoever wants to quote figures; "" where nobody disturbed them."""
    if others is None or others <= MOST_BY_OTHERS:
        return ""
    return f"Not to be quoted: others used {others:.0%} of the cores meanwhile."


def _busy() -> float | None:
    if not _STAT.exists():
        return None
    user, nice, system, _, _, *rest = map(int, _STAT.read_text().splitlines()[0].split()[1:])
    interrupts = rest[:3]
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
