"""The population shared over several devices: the same dataset as on one."""

import json
import math
import os
import re
import subprocess
import sys

import jax
import numpy as np
import pytest

from hadax.core.errors import ConfigError
from hadax.core.population.placement import (
    AXIS,
    automatic_devices,
    available_devices,
    check_devices,
    describe_devices,
    mesh_of,
    replicated,
    writes,
)

SCRIPT = """
import json, sys
import jax, numpy as np
from hadax.core.streams import run_key
from hadax.launch.search.build import build_engine, build_objective, build_task
from hadax.launch.search.resolve import resolve
config = resolve("distill", json.loads(sys.argv[2]), preset="none").config
task = build_task(config.task)
engine = build_engine(config, build_objective(config, task))
assert engine.devices == len(jax.devices()), engine.devices
state, _ = engine.scan(engine.init(run_key(0)), 12)
mean = engine.mean(state)
np.savez(sys.argv[1], inputs=mean.inputs, targets=mean.targets, *jax.tree.leaves(state.task))
"""


def on_devices(devices, code, *arguments):
    """What a process of so many devices prints."""
    # In place of the suite's own flags: what is not optimised rounds otherwise on many devices.
    chosen = f"--xla_force_host_platform_device_count={devices}" if devices else ""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "XLA_FLAGS": chosen}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def distil(path, devices, settings):
    on_devices(devices, SCRIPT, str(path), json.dumps(settings))
    return dict(np.load(path))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"task": "analytic/linear_regression"}, marks=pytest.mark.slow),
        {"task": "analytic/linear_quadratic", "normalizer": "running"},
    ],
    ids=["supervised", "control with a running normaliser"],
)
def test_eight_devices_evolve_the_dataset_of_one(tmp_path, settings):
    settings = {**settings, "inner_steps": 20, "population": 32, "chunk": 4}
    one = distil(tmp_path / "one.npz", 1, settings)
    eight = distil(tmp_path / "eight.npz", 8, settings)
    assert one.keys() == eight.keys()
    for name in one:
        np.testing.assert_allclose(one[name], eight[name], rtol=1e-5, atol=1e-5)


TRAFFIC = """
import json, re, sys
import jax
from hadax.core.generation.engine import generation_step
from hadax.core.streams import run_key
from hadax.launch.search.build import build_engine, build_objective, build_task
from hadax.launch.search.resolve import resolve
config = resolve("distill", json.loads(sys.argv[1]), preset="none").config
engine = build_engine(config, build_objective(config, build_task(config.task)))
state = engine.init(run_key(0))
text = generation_step.lower(engine, state).compile().as_text()
kinds = "all-reduce|all-gather|all-to-all|collective-permute|reduce-scatter|collective-broadcast"
found = re.findall(rf"= (\\S+) ({kinds})(?:-start)?\\(", text)
def evaluated(key, task):
    draw = engine.objective.draw(key)
    trained = engine.objective.train(draw, engine.objective.prototype(key))
    return engine.objective.evaluate(draw, trained, task)
each = jax.tree.leaves(jax.eval_shape(evaluated, jax.random.key(0), state.task))
print(json.dumps({"found": found, "entries": sum(leaf.size for leaf in each)}))
"""


def test_only_fitness_metrics_and_statistics_travel():
    settings = {"task": "analytic/linear_quadratic", "normalizer": "running", "population": 32}
    traffic = json.loads(on_devices(4, TRAFFIC, json.dumps(settings)))
    assert {kind for _, kind in traffic["found"]} == {"all-gather"}
    shapes = [re.findall(r"\d+", shape.split("{")[0])[1:] for shape, _ in traffic["found"]]
    assert all(shape[0] == "32" for shape in shapes), "one row a candidate"
    entries = sum(math.prod(map(int, shape)) for shape in shapes)
    assert entries == 32 * traffic["entries"], "docs/cluster.md has the same sum"


SHARES = """
import json
from hadax.core.population.placement import *
sizes = []
def double(candidates, factor):
    sizes.append(len(candidates))
    return {"doubled": factor * candidates}
population = jax.device_put(jax.numpy.arange(16), replicated(8))
mapped = jax.jit(lambda each: map_over_devices(double, each, 8, 2))(population)["doubled"]
print(json.dumps({
    "automatic": [automatic_devices(population) for population in (16, 12, 7, 11, 4)],
    "part": sizes,
    "mapped": mapped.tolist(),
    "everywhere": mapped.is_fully_replicated,
}))
"""


def test_a_population_is_shared_evenly_by_as_many_devices_as_can():
    shares = json.loads(on_devices(8, SHARES))
    assert shares["automatic"] == [8, 6, 7, 1, 4]
    assert shares["part"] == [2]
    assert shares["mapped"] == list(range(0, 32, 2))
    assert shares["everywhere"]


@pytest.mark.parametrize(
    ("devices", "population", "name"), [(0, 8, "devices"), (99, 99, "devices"), (-1, 8, "devices")]
)
def test_devices_that_are_not_there_are_refused(devices, population, name):
    with pytest.raises(ConfigError, match=rf"must be in \[1, {available_devices()}\]") as caught:
        check_devices(devices, population)
    assert caught.value.name == name


def test_an_uneven_share_is_refused():
    code = "from hadax.core.population.placement import check_devices as c; c(2, 8); c(3, 8)"
    with pytest.raises(AssertionError, match="population=8: must be a multiple of the 3 devices"):
        on_devices(4, code)


def test_one_device_is_always_right():
    check_devices(1, 7)
    assert automatic_devices(1) == 1
    assert mesh_of(1).axis_names == (AXIS,)
    assert replicated(1).is_fully_replicated
    assert describe_devices(1) == f"1 {jax.devices()[0].platform} device"
    assert writes(), "the only process"


CORES = """
import jax
from hadax.core.population.placement import describe_devices
from hadax.launch.machine.start import use_every_core
use_every_core()
print(len(jax.local_devices()), describe_devices(2))
use_every_core()
"""


@pytest.mark.parametrize("devices", [None, 3])
def test_every_core_is_a_device_unless_somebody_chose(devices):
    expected = devices or len(os.sched_getaffinity(0))
    assert on_devices(devices, CORES).split() == [str(expected), "2", "cpu", "devices"]
