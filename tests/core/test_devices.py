"""The population shared over several devices: the same dataset as on one."""

import os
import subprocess
import sys

import numpy as np
import pytest

SCRIPT = """
import sys
import jax, numpy as np
from hadax.launch.search.build import *
from hadax.launch.commandline.flags import parse
from hadax.launch.distill import COMMAND
values = parse(COMMAND.groups, sys.argv[2:]).values
task = build_task(values)
engine = build_engine(values, build_distillation(values, task))
assert engine.devices == len(jax.devices()), engine.devices
state, _ = engine.scan(engine.init(run_key(0)), 12)
mean = engine.mean(state)
np.savez(sys.argv[1], inputs=mean.inputs, targets=mean.targets, *jax.tree.leaves(state.task))
"""


def distil(path, devices, flags):
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
    }
    command = [sys.executable, "-c", SCRIPT, str(path), *flags]
    subprocess.run(command, check=True, env=environment)
    return dict(np.load(path))


@pytest.mark.parametrize(
    "flags",
    [
        ("--task=analytic/linear_regression", "--inner_steps=20"),
        ("--task=analytic/linear_quadratic", "--inner_steps=20", "--normalizer=running"),
    ],
    ids=["supervised", "control with a running normaliser"],
)
def test_eight_devices_evolve_the_dataset_of_one(tmp_path, flags):
    flags = (*flags, "--preset=none", "--population=32", "--chunk=4")
    one = distil(tmp_path / "one.npz", 1, flags)
    eight = distil(tmp_path / "eight.npz", 8, flags)
    assert one.keys() == eight.keys()
    for name in one:
        np.testing.assert_allclose(one[name], eight[name], rtol=1e-5, atol=1e-5)


CORES = """
import jax
from hadax.launch.machine.devices import describe_devices, use_every_core
use_every_core()
print(len(jax.local_devices()), describe_devices(2))
use_every_core()
"""


@pytest.mark.parametrize(("flags", "devices"), [("", None), ("3", 3)])
def test_every_core_is_a_device_unless_somebody_chose(flags, devices):
    chosen = f"--xla_force_host_platform_device_count={flags}" if flags else ""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "XLA_FLAGS": chosen}
    command = [sys.executable, "-c", CORES]
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    expected = devices or len(os.sched_getaffinity(0))
    assert done.stdout.split() == [str(expected), "2", "cpu", "devices"]
