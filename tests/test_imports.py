"""What answers at once imports nothing that takes its time."""

import subprocess
import sys

import pytest

LIGHT = (
    "hadax",
    "hadax.core.settings.config",
    "hadax.core.settings.fields",
    "hadax.learners.config",
    "hadax.learners.registry",
    "hadax.tasks",
    "hadax.tasks.rl.config",
    "hadax.tasks.supervised",
    "hadax.tasks.supervised.config",
    "hadax.launch.distill",
    "hadax.launch.neuroevolve",
    "hadax.launch.evaluate",
    "hadax.launch.export",
    "hadax.launch.import_dataset",
    "hadax.launch.sweep",
    "hadax.launch.tune",
    "hadax.launch.zoo",
    "hadax.launch.observers.config",
    "hadax.launch.search.config",
    "hadax.launch.search.presets",
    "hadax.launch.search.resolve",
    "hadax.zoo",
)


@pytest.mark.parametrize("module", LIGHT)
def test_imports_neither_jax_nor_numpy(module):
    heavy = {"jax", "numpy", "flax", "optax", "evosax", "gymnax", "brax", "matplotlib"}
    code = f"import sys, {module}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_search_is_resolved_without_jax():
    code = (
        "import sys; from hadax.launch.search.resolve import resolve;"
        "given = {'task': 'brax/hopper', 'backend': 'spring', 'width': 8};"
        "config = resolve('distill', given).config; print('jax' in sys.modules, config.seed)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "0"], done.stderr
