"""The adapters of Brax and Playground: refusals, silence, and Brax's own step in a plain loop."""

import subprocess
import sys

import brax.envs
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import struct

from hadax import tasks
from hadax.core.errors import ConfigError
from hadax.core.task import Continuous
from hadax.launch import evaluate, neuroevolve
from hadax.launch.commandline.command import execute
from hadax.tasks import catalog
from hadax.tasks.rl.control import ControlTask
from hadax.tasks.rl.simulators import from_playground as playground
from hadax.tasks.rl.simulators.brax_interface import as_environment, quietly
from hadax.tasks.rl.simulators.earlier_brax import EARLIER, EarlierDoublePendulum, UnscaledActions
from hadax.tasks.rl.simulators.from_brax import adapt


def test_the_catalog_is_what_the_libraries_have():
    assert set(catalog.BRAX) - set(EARLIER) == set(brax.envs._envs) - {"fast"}
    everything = {*catalog.PLAYGROUND, *catalog.PLAYGROUND_REFUSED}
    assert set(catalog.PLAYGROUND) == set(playground.dm_control_suite.ALL_ENVS)
    from mujoco_playground import registry

    assert everything == set(registry.ALL_ENVS)


def test_returns_are_those_of_a_plain_loop(key):
    task = tasks.make("brax/inverted_pendulum", episodes=2, horizon=20)
    gain = jnp.array([[0.5], [2.0], [0.2], [0.5]])
    state = task.init(key)
    played = jax.jit(lambda: task.play(key, lambda inputs: inputs @ gain, state))()

    with quietly():
        simulator = brax.envs.get_environment("inverted_pendulum", backend="positional")
    step = jax.jit(simulator.step)
    for index, episode_key in enumerate(jax.random.split(jax.random.split(key)[0], 2)):
        current, total, length = simulator.reset(episode_key), 0.0, 0
        while not current.done and length < 20:
            current = step(current, jnp.clip(current.obs @ gain, -1, 1))
            total, length = total + float(current.reward), length + 1
        assert played.lengths[index] == length
        assert played.returns[index] == pytest.approx(total, rel=1e-4)


def test_the_backend_and_the_horizon_are_part_of_the_options():
    options = tasks.make("brax/hopper", backend="spring").options
    assert (options["backend"], options["horizon"]) == ("spring", 1000)
    assert tasks.make("brax/hopper").options["backend"] == "positional"
    # What acting at random earns was measured on these physics.
    assert tasks.make("brax/hopper").levels.random == 98.8
    assert tasks.make("brax/hopper", backend="spring").levels.random is None
    assert tasks.make("brax/swimmer").options["backend"] == "generalized"


@pytest.mark.parametrize(
    ("name", "backend", "words"),
    [
        ("brax/hopper", "sprign", "did you mean spring?"),
        ("brax/hopper", "warp", "positional, spring, generalized, mjx"),
        ("brax/swimmer", "spring", "brax/swimmer has generalized"),
        ("playground/CartpoleBalance", "jaxx", "did you mean jax?"),
    ],
)
def test_a_backend_that_an_environment_lacks_is_refused(name, backend, words):
    with pytest.raises(ConfigError, match="backend=") as caught:
        tasks.make(name, backend=backend)
    assert words in str(caught.value)


def test_physics_for_a_gpu_is_refused_where_none_is(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ConfigError, match="backend=warp: runs on an NVIDIA GPU alone"):
        tasks.make("playground/CartpoleSwingup", backend="warp")


def test_unknown_environments_list_near_ones():
    with pytest.raises(ConfigError, match="brax/hopper"):
        tasks.make("brax/hoper")
    with pytest.raises(ConfigError, match="its robot's model"):
        tasks.make("playground/Go1Getup")


@struct.dataclass
class _State:
    obs: jax.Array
    reward: jax.Array
    done: jax.Array


class Fake:
    """Counts steps; its physics breaks at the fifth."""

    action_size = 2

    def __init__(self, observe=lambda time: time[None]):
        self.observe = observe

    def reset(self, key):
        return _State(self.observe(jnp.float32(0)), jnp.float32(0), jnp.float32(0))

    def step(self, state, action):
        time = state.obs[0] + 1
        time = jnp.where(time == 5, jnp.nan, time)
        return _State(self.observe(time), jnp.float32(1), jnp.float32(0))


def test_physics_that_breaks_ends_the_episode_and_is_counted(key):
    environment = as_environment(Fake(), "fake", 50, "none")
    assert environment.target == Continuous(2)
    task = ControlTask(environment=environment, episodes=2)
    evaluation = task.evaluate(key, lambda inputs: jnp.tile(inputs, (1, 2)), ())
    assert evaluation.fitness == 4
    assert evaluation.metrics["episode_length"] == 5
    assert evaluation.metrics["broken_episodes"] == 1


def test_physics_that_explodes_does_not_spoil_the_normaliser(key):
    growing = Fake()
    growing.step = lambda state, action: _State(10 * state.obs + 1, jnp.float32(1), jnp.float32(0))
    environment = as_environment(growing, "fake", 50, "none")
    task = ControlTask(environment=environment, episodes=2, normalizer="running")
    state = task.init(key)
    evaluation = task.evaluate(key, lambda inputs: jnp.tile(inputs, (1, 2)), state)
    assert evaluation.metrics["broken_episodes"] == 1
    following = task.update(state, evaluation.statistics)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(following))
    assert jnp.abs(following.mean).max() < 1e6


def test_observations_that_are_no_array_are_refused_with_their_space():
    two = Fake(lambda time: {"state": jnp.zeros(3), "pixels": jnp.zeros((4, 4))})
    with pytest.raises(ConfigError, match=r"'pixels': \(4, 4\), 'state': \(3,\)"):
        as_environment(two, "fake", 50, "none")


def test_the_earlier_double_pendulum_takes_its_second_pole_for_upright(key):
    environment = adapt("inverted_double_pendulum_0.11", "positional")
    with quietly():
        today = brax.envs.get_environment("inverted_double_pendulum", backend="positional")
    earlier = EarlierDoublePendulum(today)
    assert environment.observation_shape == (8,)
    hanging = jnp.array([0.0, 0.0, jnp.pi])
    state = jax.jit(earlier.reset)(key)
    state = state.replace(pipeline_state=jax.jit(today.pipeline_init)(hanging, jnp.zeros(3)))
    step = jax.jit(
        lambda state: (earlier.step(state, jnp.zeros(1)), today.step(state, jnp.zeros(1)))
    )
    before, now = step(state)
    assert not before.done
    assert before.reward == pytest.approx(9.36, abs=0.02), "both poles up earn 10 - (1.2 - 2)^2"
    assert now.done


def test_the_earlier_humanoids_take_controls():
    with quietly():
        today = brax.envs.get_environment("humanoidstandup", backend="positional")
    least, most = np.array(today.sys.actuator.ctrl_range).T
    assert set(most) == {np.float32(0.4)}

    class Asked:
        """Gives back the controls that today's environment makes of an action."""

        sys = today.sys

        def step(self, state, action):
            del state
            return (action + 1) * (most - least) * 0.5 + least

    controls = jnp.linspace(-1, 1, today.action_size)
    np.testing.assert_allclose(UnscaledActions(Asked()).step(None, controls), controls, atol=1e-6)
    assert adapt("humanoidstandup_0.10").labels == adapt("humanoidstandup").labels


@pytest.mark.parametrize("name", ["brax/halfcheetah", "playground/PointMass"])
def test_the_libraries_say_nothing_and_leave_nothing(name, tmp_path):
    code = f"""
import jax
from hadax import tasks
environment = tasks.make('{name}').environment
state, _ = jax.eval_shape(environment.reset, jax.random.key(0))
action = jax.ShapeDtypeStruct((environment.target.size,), 'float32')
jax.eval_shape(environment.step, jax.random.key(0), state, action)
"""
    command = [sys.executable, "-W", "default", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["CartpoleBalance", "PendulumSwingup"])
def test_a_pole_of_playground_is_labelled_in_the_order_of_its_observations(name, key):
    environment = playground.adapt(name)
    _, observations = jax.jit(jax.vmap(environment.reset))(jax.random.split(key, 16))
    seen = dict(zip(environment.labels.input_names, observations.T, strict=True))
    assert seen["cos θ"] ** 2 + seen["sin θ"] ** 2 == pytest.approx(1, abs=1e-5)
    if name == "PendulumSwingup":  # It begins anywhere from upright to hanging, on one side alone.
        assert all(seen["sin θ"] >= 0)
        assert any(seen["cos θ"] < 0)
    else:
        assert all(seen["cos θ"] > 0.9)


def test_a_point_mass_is_labelled_in_the_order_of_its_observations(key):
    environment = playground.adapt("PointMass")
    state, _ = jax.jit(environment.reset)(key)
    _, observation, _, _ = jax.jit(environment.step)(key, state, jnp.array([0.0, 1.0]))
    seen = dict(zip(environment.labels.input_names, observation.tolist(), strict=True))
    assert seen["ẏ"] > 0.001 > abs(seen["ẋ"])


@pytest.mark.parametrize("backend", ["positional", "spring", "generalized", "mjx"])
@pytest.mark.parametrize("name", ["hopper", "inverted_double_pendulum", "reacher"])
def test_every_backend_gives_the_same_spaces(name, backend):
    environment = adapt(name, backend)
    state, observation = jax.eval_shape(environment.reset, jax.random.key(0))
    action = jax.ShapeDtypeStruct((environment.target.size,), "float32")
    following, after, reward, ended = jax.eval_shape(
        environment.step, jax.random.key(0), state, action
    )
    assert jax.tree.structure(following) == jax.tree.structure(state)
    assert observation.shape == after.shape == adapt(name, "positional").observation_shape
    assert reward.shape == ended.shape == ()


@pytest.mark.slow
def test_measuring_on_other_physics_says_so(tmp_path, capsys):
    small = ("--generations=1", "--population=4", "--width=4", "--score_episodes=2", "--horizon=10")
    small += ("--episodes=1", "--score_networks=1", "--preset=none")
    task = "--task=brax/inverted_pendulum"
    assert execute(neuroevolve.COMMAND, [task, *small, f"--workdir={tmp_path}"]) == 0
    path = tmp_path / "policy.safetensors"
    measure = (f"--dataset={path}", "--networks=1", "--episodes=2")
    capsys.readouterr()
    assert execute(evaluate.COMMAND, [*measure, "--backend=spring"]) == 0
    output = capsys.readouterr().out
    assert "note: made for backend positional, measured on backend spring" in output
    assert execute(evaluate.COMMAND, [*measure, "--backend=sprng"]) == 2
    assert "did you mean spring" in capsys.readouterr().err
