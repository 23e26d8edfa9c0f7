"""The contract of every simulated environment: what the rollout promises, kept on each of them.

A simulator takes long to compile, so each is compiled once, for policies side by side, with the
early exit as an argument; the tests read what that gave.
"""

import dataclasses
from collections import Counter
from functools import cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import pytest

from hadax import tasks
from hadax.core.task import Evaluation
from hadax.tasks.catalog import BRAX, GYMNAX
from hadax.tasks.rl.simulators.earlier_brax import EARLIER

PLAYGROUND = ("CartpoleBalance", "PendulumSwingup", "PointMass")
NAMES = (
    *(f"gymnax/{name}" for name in GYMNAX),
    *(f"brax/{name}" for name in BRAX),
    *(f"playground/{name}" for name in PLAYGROUND),
)
# Minutes of compiling; what they are made of is in the others too.
LARGEST = (
    *("brax/ant", "brax/halfcheetah", "brax/humanoid", "brax/humanoidstandup", "brax/pusher"),
    *("brax/swimmer", "brax/walker2d", "brax/reacher"),
    *(f"brax/{name}" for name in EARLIER),
    *("playground/PendulumSwingup", "playground/PointMass", "gymnax/Seaquest-MinAtar"),
)
HORIZON = 60

# Two keys, a policy that fails, and the first again.
LANES = ((0, 0.5), (1, 0.5), (0, jnp.nan), (0, 0.5))
SHUFFLED = (2, 0, 3, 1)


class Outcome(NamedTuple):
    exited: Evaluation
    again: Evaluation
    whole: Evaluation
    shuffled: Evaluation


@cache
def make(name):
    return tasks.make(name, episodes=2, horizon=HORIZON, normalizer="running")


def evaluate(task, lane, scale, early_exit):
    task = dataclasses.replace(task, early_exit=early_exit)
    size = task.target.size

    def policy(inputs):
        flat = inputs.reshape(inputs.shape[0], -1)
        return flat @ (scale * jax.random.normal(jax.random.key(5), (flat.shape[1], size)))

    state = task.init(jax.random.key(0))
    return task.evaluate(jax.random.fold_in(jax.random.key(7), lane), policy, state)


@cache
def outcome(name):
    together = jax.jit(jax.vmap(evaluate, in_axes=(None, 0, 0, None)))
    lanes, scales = (jnp.array(values) for values in zip(*LANES, strict=True))
    order = jnp.array(SHUFFLED)
    return Outcome(
        exited=together(make(name), lanes, scales, True),
        again=together(make(name), lanes, scales, True),
        whole=together(make(name), lanes, scales, False),
        shuffled=together(make(name), lanes[order], scales[order], True),
    )


def marked(name):
    return pytest.param(name, marks=pytest.mark.slow) if name in LARGEST else name


@pytest.fixture(params=[marked(name) for name in NAMES])
def name(request):
    return request.param


def test_steps_are_finite(name):
    sound = jax.tree.map(lambda leaf: leaf[jnp.array([0, 1, 3])], outcome(name).exited)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(sound))
    assert jnp.all(sound.metrics["broken_episodes"] == 0)
    assert jnp.all(sound.metrics["episode_length"] >= 1)
    assert jnp.all(sound.metrics["episode_length"] <= HORIZON)


def test_one_key_gives_one_result(name, assert_trees_equal):
    assert_trees_equal(outcome(name).exited, outcome(name).again)
    fitness = outcome(name).exited.fitness
    assert fitness[0] == fitness[3]


def test_early_exit_gives_what_the_full_horizon_gives(name, assert_trees_equal):
    assert_trees_equal(outcome(name).exited, outcome(name).whole)


def test_a_failing_policy_disturbs_no_other(name):
    fitness = outcome(name).exited.fitness
    assert jnp.array_equal(jnp.isnan(fitness), jnp.array([False, False, True, False]))
    assert jnp.array_equal(
        outcome(name).shuffled.fitness, fitness[jnp.array(SHUFFLED)], equal_nan=True
    )


def test_memory_is_flat_in_the_horizon(name):
    """The same arrays in the whole program, whatever the horizon."""

    def arrays(horizon):
        task = make(name)
        longer = dataclasses.replace(task.environment, horizon=horizon)
        task = dataclasses.replace(task, environment=longer)
        return shapes_in(jax.make_jaxpr(evaluate)(task, 0, 0.5, True))

    assert arrays(HORIZON) == arrays(1000 * HORIZON)


def shapes_in(jaxpr):
    """Every array's type in a program and in the programs inside it, counted."""
    found = Counter()
    for equation in jaxpr.eqns:
        found.update(str(variable.aval) for variable in equation.outvars)
        for inner in jax.tree.leaves(
            equation.params, is_leaf=lambda leaf: hasattr(leaf, "eqns") or hasattr(leaf, "jaxpr")
        ):
            if hasattr(inner, "eqns"):
                found += shapes_in(inner)
            elif hasattr(inner, "jaxpr"):
                found += shapes_in(inner.jaxpr)
    return found
