"""Every benchmark runs, on a small part of its work, and writes what it found."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOW = pytest.mark.slow

SMALL = {
    "same_work": (
        "--shrink=50",
        "--repeats=1",
        "--plain_repeats=1",
        "--workloads=d",
        "--precisions=bfloat16",
    ),
    "neuroevolution": ("--shrink=50", "--repeats=1", "--cases=CartPole"),
    "scaling": ("--shrink=64", "--repeats=1", "--axes=devices"),
    "time_to_score": ("--seeds=1", "--most_generations=5", "--tasks=supervised/digits"),
    "published_score": ("--seeds=1", "--most_generations=1", "--cases=Breakout"),
    "start": ("--repeats=1", "--imports=hadax", "--tasks=analytic/linear_regression"),
    "overhead": ("--repeats=1", "--shrink=50"),
    "roofline": ("--shrink=50", "--workloads=a"),
    "chunks": ("--shrink=50", "--repeats=1", "--widest=1", "--workloads=a"),
    "ceiling": (
        "--task=supervised/digits",
        "--parametrization=multi",
        "--components=4",
        "--width=8",
        "--inner_steps=3",
        "--outer_steps=3",
        "--every=2",
    ),
    "physics": ("--repeats=1", "--steps=2", "--episodes=2", "--cases=hopper:spring"),
    "lost_starts": ("--tasks=analytic/linear_quadratic", "--starts=4", "--policies=2"),
    "real_search": (
        "--repeats=1",
        "--horizon=3",
        "--population=4",
        "--tasks=brax/inverted_double_pendulum",
    ),
    "devices": ("--shrink=50", "--repeats=1", "--workloads=d"),
    "strategies": ("--repeats=1", "--shrink=100", "--strategies=SNES"),
    "trials": ("--mutations=20", "--kills=0"),
    "sample_efficiency": (
        "--fraction=0.01",
        "--seeds=1",
        "--tasks=supervised/digits",
        "--strategies=SNES",
    ),
}


def test_every_benchmark_has_a_smoke_run():
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    helpers = {"__init__", "damage", "measure", "plain", "progress", "quiet", "workloads"}
    assert scripts - helpers == set(SMALL)


def marked(name):
    """Most take their time for processes of their own; one that is quick stands for them."""
    return name if name == "neuroevolution" else pytest.param(name, marks=SLOW)


@pytest.mark.parametrize("name", [marked(name) for name in SMALL])
def test_a_small_run_reports_finite_numbers(tmp_path, name):
    command = [sys.executable, "-m", f"benchmarks.{name}", f"--out={tmp_path}", *SMALL[name]]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / f"{name}.json").read_text())
    assert written["machine"]["versions"]["jax"]
    assert written["rows"]
    for row in written["rows"]:
        for value in row.values():
            assert isinstance(value, str) or math.isfinite(value), row
    assert f"| {next(iter(written['rows'][0]))}" in done.stdout


def test_the_same_work_is_that_of_the_published_measurement():
    from benchmarks.workloads import WORKLOADS, make_engine

    engine = make_engine(WORKLOADS["b"].search())
    assert engine.objective.initial.size == 15
    assert engine.strategy.population == 16
    assert engine.objective.task.environment.horizon == 1024
    assert engine.objective.learners[0].network.config.filters == (16,)


@pytest.mark.parametrize("name", ["a", "d"])
def test_the_straightforward_way_judges_every_candidate(name):
    import jax
    import jax.numpy as jnp

    from benchmarks.plain import plain_generation
    from benchmarks.workloads import WORKLOADS, make_engine

    small = {"population": 4, "inner_steps": 2, "width": 8}
    small |= {"horizon": 20} if WORKLOADS[name].plays else {}
    config = WORKLOADS[name].search(**small)
    engine = make_engine(config, early_exit=False, images=50)
    fitness = plain_generation(engine, config)(jax.random.key(0))
    assert fitness.shape == (4,)
    lowest, highest = (1, 20) if name == "a" else (-10, 0)
    assert jnp.all((fitness >= lowest) & (fitness <= highest))


def test_figures_taken_beside_others_are_not_to_be_quoted():
    from benchmarks.quiet import Watch, verdict

    cores = os.cpu_count()
    before, after = Watch(0.0, 100.0, 5.0), Watch(10.0, 100.0 + 10 * cores, 5.0 + 7 * cores)
    assert after.others_since(before) == pytest.approx(0.3)
    assert "30%" in verdict(after.others_since(before))
    assert not verdict(Watch(10.0, 101.0, 6.0).others_since(before))
    assert not verdict(Watch(10.0, None, 6.0).others_since(before))
