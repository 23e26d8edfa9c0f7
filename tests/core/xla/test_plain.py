"""HADAX_PLAIN=1: the same searches without a trick."""

import pkgutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import struct

from hadax.core import xla
from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.objectives.distillation import Distillation
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.core.settings.views import replaced
from hadax.core.xla.plain import plain
from hadax.learners.config import LearnerConfig
from hadax.learners.gradient import GradientLearner
from hadax.learners.networks import INITIALIZERS
from hadax.learners.registry import make_learner
from hadax.learners.shared_first_layer import SharedFirstLayerLearner
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.simulators.brax_interface import as_environment
from hadax.tasks.supervised.classification import Classification

# Float32 through ten steps of training, then thirty of physics or sixty images.
TOLERANCE = 1e-3


@pytest.fixture(autouse=True)
def _nothing_compiled_is_left():
    yield
    jax.clear_caches()


def set_plain(monkeypatch, on):
    """Both ways in one process: what is traced the other way must be forgotten."""
    monkeypatch.setenv("HADAX_PLAIN", "1" if on else "0")
    jax.clear_caches()


@pytest.mark.parametrize(
    ("value", "asked"), [(None, False), ("", False), ("0", False), ("1", True), ("yes", True)]
)
def test_the_variable_is_read_when_asked(value, asked, monkeypatch):
    monkeypatch.delenv("HADAX_PLAIN", raising=False)
    if value is not None:
        monkeypatch.setenv("HADAX_PLAIN", value)
    assert plain() is asked


def test_the_ledger_names_every_module_of_its_room():
    entries = [line for line in xla.__doc__.splitlines() if line and line[0] != " "]
    modules = {module.name for module in pkgutil.iter_modules(xla.__path__)} - {"plain"}
    assert modules
    for module in modules:
        assert any(line.startswith((f"{module}:", f"{module}.")) for line in entries), module
    for word in ("Symptom:", "Gain:", "Plain:"):
        assert xla.__doc__.count(word) == len([line for line in entries if ": " in line]) - 1


@struct.dataclass
class _State:
    obs: jax.Array
    reward: jax.Array
    done: jax.Array


class Top:
    """A spinning body that is to stay upright: small vectors and matrices, as physics has them."""

    action_size = 3

    def reset(self, key):
        spin = 0.1 * jax.random.normal(key, (3,))
        return _State(jnp.concatenate([spin, jnp.array([0.0, 0.0, 1.0])]), spin[0], spin[0])

    def step(self, state, action):
        spin, axis = state.obs[:3], state.obs[3:]
        inertia = jnp.diag(jnp.array([1.0, 2.0, 3.0]))
        force = action - jnp.cross(spin, inertia @ spin) + jnp.sin(axis)
        spin = spin + 0.1 * jnp.linalg.solve(inertia, force)
        axis = axis + 0.1 * jnp.cross(spin, axis)
        axis = axis / jnp.linalg.norm(axis)
        reached = jnp.concatenate([spin, axis])
        return _State(reached, axis[2], (axis[2] < 0.5).astype(jnp.float32))


def _learner(**settings):
    return replaced(LearnerConfig(), {"inner_steps": 10, "inner_lr": 0.01, **settings})


def control():
    """A top that eight episodes of an MLP balance, trained by Adam and by momentum."""
    environment = as_environment(Top(), "top", 30, "none")
    task = ControlTask(environment=environment, episodes=8, normalizer="running")
    configs = [
        _learner(width=16, inner_clip=1.0),
        _learner(width=16, inner_optimizer="momentum", depth=1),
    ]
    return task, 3, configs


def images():
    """A convolutional network on images, in grey and then in more channels."""
    rng = np.random.default_rng(0)
    task = Classification(
        pixels=jnp.asarray(rng.integers(0, 256, (60, 6, 5, 1), dtype=np.uint8)),
        classes=jnp.asarray(rng.integers(0, 3, 60).astype(np.uint8)),
        input_shape=(6, 5, 1),
        class_names=("a", "b", "c"),
        eval_batch=0,
    )
    network = {"network": "conv", "filters": (5, 4), "width": 12, "average_pool": True}
    return task, 6, [_learner(**network)]


def generation(make, key):
    """The mean after one generation, its metrics, and the program."""
    task, size, configs = make()
    objective = Distillation(
        task=task,
        initial=task.initial_dataset(key, size),
        parametrization=LearnedTargets(),
        learners=tuple(make_learner(each, task.input_shape, task.target) for each in configs),
        network_chunk=1,
    )
    strategy = Strategy(population=6, optimizer="sgd", learning_rate=0.1, shaping="standardize")
    engine = Engine(objective=objective, strategy=strategy, candidate_chunk=2)
    program = jax.jit(engine.step).lower(engine.init(key)).as_text()
    state, metrics = engine.step(engine.init(key))
    return (engine.mean(state), metrics, state.task), program


@pytest.mark.parametrize("make", [control, images])
def test_a_generation_is_the_same_without_tricks(make, key, monkeypatch):
    set_plain(monkeypatch, on=False)
    result, program = generation(make, key)
    set_plain(monkeypatch, on=True)
    expected, plain_program = generation(make, key)
    assert jax.tree.structure(result) == jax.tree.structure(expected)
    for one, other in zip(jax.tree.leaves(result), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)
    assert "inlineable" in program
    assert "optimization_barrier" not in plain_program
    assert "inlineable" not in plain_program
    assert ("stablehlo.convolution" in plain_program) == (make is images)
    assert "stablehlo.convolution" not in program


def test_the_first_layer_is_not_shared(monkeypatch):
    task, _, (_, momentum) = control()
    set_plain(monkeypatch, on=False)
    sharing = make_learner(momentum, task.input_shape, task.target)
    assert isinstance(sharing, SharedFirstLayerLearner)
    set_plain(monkeypatch, on=True)
    assert isinstance(make_learner(momentum, task.input_shape, task.target), GradientLearner)


@pytest.mark.parametrize("on", [False, True])
def test_orthogonal_weights_are_decomposed_in_turn_all_the_same(on, monkeypatch, key):
    set_plain(monkeypatch, on)
    draw = jax.vmap(lambda each: INITIALIZERS["orthogonal"](each, (3, 8)))
    program = str(jax.make_jaxpr(draw)(jax.random.split(key, 5)))
    (decomposition,) = [line for line in program.splitlines() if "= qr[" in line]
    assert "f32[8,3]" in decomposition
    assert "f32[5,8,3]" not in decomposition
