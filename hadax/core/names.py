"""Names that people type."""

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known names most like this one, as "; did you mean a, b?"; "" where none is.

    Capitals do not count: gymnax writes CartPole, a person writes cartpole.
    """
    by_folded = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), by_folded, n=3, cutoff=0.6)
    return f"; did you mean {', '.join(by_folded[each] for each in near)}?" if near else ""
