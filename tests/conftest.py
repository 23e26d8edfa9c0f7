"""What all tests share: small engines on analytic tasks, and the contract that compiles once."""

import atexit
import gc
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

# The suite's time is the compiler's. It must be told before JAX is imported. Without its newer
# emitters it takes half as long for physics; later releases of XLA refuse to hear of them.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    if metadata.version("jaxlib").startswith("0.10.")
    else "--xla_backend_optimization_level=0",
)
# What one process compiles, the others read: workers, and the commands that tests run.
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    compiled = tempfile.mkdtemp(prefix="hadax-tests-")
    atexit.register(shutil.rmtree, compiled, ignore_errors=True)
    os.environ["JAX_COMPILATION_CACHE_DIR"] = compiled
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")

import jax
import jax.numpy as jnp
import pytest
from hypothesis import settings

from hadax import tasks
from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.core.settings.views import replaced
from hadax.learners.config import LearnerConfig
from hadax.learners.registry import make_learner

# Deterministic, and patient: the first example of a property compiles.
settings.register_profile("hadax", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("hadax")


# Linux gives a process 65,530 maps of memory, and every compiled program takes several: a worker
# that keeps all of some thousand tests' crashes inside the compiler.
MOST_MAPS = 20_000


@pytest.fixture(scope="module", autouse=True)
def few_programs():
    """Forgets what is compiled once it is too much."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and len(maps.read_bytes().splitlines()) > MOST_MAPS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture
def key():
    return jax.random.key(0)


@pytest.fixture
def regression():
    return tasks.make("analytic/linear_regression", batch=32)


@pytest.fixture
def linear_learner(regression):
    settings = {"depth": 0, "inner_optimizer": "sgd", "inner_lr": 0.1, "inner_steps": 40}
    config = replaced(LearnerConfig(), settings)
    return make_learner(config, regression.input_shape, regression.target)


@pytest.fixture
def distillation(regression, linear_learner, key):
    return Distillation(
        task=regression,
        initial=regression.initial_dataset(key, 4),
        parametrization=LearnedTargets(),
        learners=(linear_learner,),
    )


@pytest.fixture
def neuroevolution(regression, linear_learner):
    return Neuroevolution(task=regression, learner=linear_learner)


@pytest.fixture
def engine(distillation):
    strategy = Strategy(population=32, std=0.2, learning_rate=0.1)
    return Engine(objective=distillation, strategy=strategy, candidate_chunk=8)


@pytest.fixture
def assert_trees_equal():
    def check(left, right):
        assert jax.tree.structure(left) == jax.tree.structure(right)
        for one, other in zip(jax.tree.leaves(left), jax.tree.leaves(right), strict=True):
            if jnp.issubdtype(one.dtype, jax.dtypes.prng_key):
                one, other = jax.random.key_data(one), jax.random.key_data(other)
            assert one.dtype == other.dtype
            assert jnp.array_equal(one, other, equal_nan=True)

    return check
