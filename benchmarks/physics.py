"""One step of a simulator's physics, with the episodes on the last axis and under a plain vmap.

Both start from the same states with the same actions, in one process and in turn; a step is one of
the environment, all its frames included.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import app, flags

from benchmarks.measure import report, timed_in_turn

_CASES = (
    "hopper:positional",
    "hopper:spring",
    "hopper:generalized",
    "hopper:mjx",
    "inverted_double_pendulum:positional",
    "walker2d:positional",
    "halfcheetah:spring",
    "ant:positional",
    "humanoid:spring",
)

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 5, "measurements of each")
_STEPS = flags.DEFINE_integer("steps", 100, "steps of one measurement")
_EPISODES = flags.DEFINE_list("episodes", ["32", "512"], "episodes side by side")
_CASES_FLAG = flags.DEFINE_list("cases", list(_CASES), "environments and their backends")


def main(arguments: Sequence[str]) -> None:
    """Measures every case."""
    del arguments
    rows = [_row(case, int(episodes)) for case in _CASES_FLAG.value for episodes in _EPISODES.value]
    report("physics", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(case: str, episodes: int) -> dict[str, Any]:
    from benchmarks.plain import plainly
    from benchmarks.workloads import physics_work
    from hadax.tasks.rl.simulators.from_brax import adapt

    name, backend = case.split(":")
    environment = adapt(name, backend)
    works = [
        physics_work(each, episodes, _STEPS.value) for each in (environment, plainly(environment))
    ]
    ours, plain = (
        1e6 * seconds / _STEPS.value / episodes for seconds in timed_in_turn(works, _REPEATS.value)
    )
    return {
        "environment": name,
        "backend": backend,
        "episodes": episodes,
        "CPU-us a step": ours,
        "plain": plain,
        "times faster": plain / ours,
    }


if __name__ == "__main__":
    app.run(main)
