"""What a real search pays for a step of an episode, over what the physics alone takes.

A generation of the task's preset on one device, every step played, over its environment steps; the
same with a horizon of one step, which is training and the strategy; and the physics alone, as many
episodes side by side as the search plays, with given actions. All in turn in one process, as
the generation on two devices.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import app, flags

from benchmarks.measure import generations, report, timed_in_turn

if TYPE_CHECKING:
    from benchmarks.workloads import Settings
    from hadax.launch.search.config import SearchConfig

_OUT = flags.DEFINE_string("out", "runs/bench", "folder for the JSON")
_REPEATS = flags.DEFINE_integer("repeats", 3, "measurements of each")
_TASKS = flags.DEFINE_list("tasks", ["brax/hopper", "brax/walker2d", "brax/halfcheetah"], "tasks")
_HORIZON = flags.DEFINE_integer("horizon", 1000, "steps of an episode")
_POPULATION = flags.DEFINE_integer("population", 128, "candidates")

_PHYSICS_STEPS = 100


def main(arguments: Sequence[str]) -> None:
    """Measures every task."""
    del arguments
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    rows = [_row(task) for task in _TASKS.value]
    report("real_search", rows, Path(_OUT.value), __doc__.strip().splitlines()[0])


def _row(task: str) -> dict[str, Any]:
    from benchmarks.workloads import make_engine, physics_work
    from hadax.launch.search.build import build_task
    from hadax.tasks.rl.control import ControlTask

    config = _config(task, _HORIZON.value, devices=1)
    played = build_task(config.task)
    assert isinstance(played, ControlTask), task
    inits, population = config.distillation.inits_per_candidate, config.strategy.population
    networks = inits * population
    whole = make_engine(config, early_exit=False)
    episodes = networks * played.episodes
    beside = min(episodes, whole.evaluated_together * inits * played.episodes)
    works = [
        generations(whole),
        generations(make_engine(_config(task, _HORIZON.value, devices=2), early_exit=False)),
        generations(make_engine(_config(task, 1, devices=1), early_exit=False)),
        physics_work(played.environment, beside, _PHYSICS_STEPS),
    ]
    generation, two, fit, physics = timed_in_turn(works, _REPEATS.value)
    steps = episodes * _HORIZON.value
    physics_alone = 1e6 * physics / _PHYSICS_STEPS / beside
    return {
        "task": task,
        "networks": networks,
        "side by side": beside,
        "generation, CPU-s": generation,
        "two devices, times": two / generation,
        "us a step": 1e6 * generation / steps,
        "physics alone": physics_alone,
        "times": 1e6 * generation / steps / physics_alone,
        "training's share": f"{100 * fit / generation:.0f} %",
    }


def _config(task: str, horizon: int, devices: int) -> "SearchConfig":
    from hadax.launch.search.config import DISTILL
    from hadax.launch.search.resolve import resolve

    population = _POPULATION.value
    given: Settings = {
        "task": task,
        "population": population,
        "horizon": horizon,
        "devices": devices,
    }
    return resolve(DISTILL, given).config


if __name__ == "__main__":
    app.run(main)
