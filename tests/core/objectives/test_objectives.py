"""What a candidate is judged by: draws that a whole generation shares, and no other."""

import dataclasses
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import pytest
from flax import struct

from hadax.core.dataset import Dataset
from hadax.core.errors import UsageError
from hadax.core.evaluation import OF_POPULATION
from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.learner import BaseLearner
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.objectives.training import (
    evaluate_network,
    evaluate_trained,
    fit_key,
    train_and_evaluate,
)
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.core.task import BaseTask, Continuous, Evaluation


def test_random_init_is_drawn_anew_and_fixed_init_is_not(distillation, key):
    other = jax.random.key(1)

    def networks(objective, key):
        return jax.tree.leaves(objective.draw(key).networks)[-1]

    assert not jnp.array_equal(networks(distillation, key), networks(distillation, other))
    fixed = dataclasses.replace(distillation, fixed_init=jax.random.key(7))
    assert jnp.array_equal(networks(fixed, key), networks(fixed, other))
    episodes = [jax.random.key_data(fixed.draw(each).episodes[0]) for each in (key, other)]
    assert not jnp.array_equal(*episodes), "HaDES-F fixes initialisations, not episodes"


def test_inits_per_candidate_are_averaged(distillation, key):
    several = dataclasses.replace(distillation, inits_per_candidate=3)
    draw, candidate = several.draw(key), several.prototype(key)
    assert jax.tree.leaves(draw.networks)[0].shape[0] == 3
    alone = []
    for index in range(3):
        single = jax.tree.map(lambda leaf, at=index: leaf[at : at + 1], draw)
        alone.append(_fitness(distillation, single, candidate))
    together = _fitness(several, draw, candidate)
    assert together == pytest.approx(float(jnp.mean(jnp.asarray(alone))), rel=1e-5)


@dataclass(frozen=True)
class Noise(BaseLearner):
    """Learns nothing but what its key is."""

    size: int = 1

    def init(self, key):
        return jax.random.uniform(key, (self.size,))

    def fit(self, key, initial, dataset):
        return jax.random.normal(key, (self.size,)), {"started": initial[0]}

    def apply(self, state, inputs):
        return jnp.broadcast_to(state, (inputs.shape[0], self.size))


@struct.dataclass
class Echo(BaseTask):
    """Fitness is what the network answers."""

    input_shape = (1,)
    target = Continuous(1)

    def evaluate(self, key, policy, state):
        answer = policy(jnp.zeros((1, 1)))[0, 0]
        return Evaluation(fitness=answer, metrics={"episode": jax.random.uniform(key)})

    def initial_dataset(self, key, size):
        return Dataset(jnp.zeros((size, 1)), jnp.zeros((size, 1)))


@pytest.fixture
def noisy(key):
    """Distillation whose only randomness of a network is its training's."""
    task = Echo()
    return Distillation(
        task=task,
        initial=task.initial_dataset(key, 2),
        parametrization=LearnedTargets(),
        learners=(Noise(),),
        fixed_init=key,
    )


@pytest.mark.parametrize("chunk", [1, 4, 32])
def test_candidates_of_a_generation_train_with_the_same_key(noisy, key, chunk):
    engine = Engine(noisy, Strategy(population=32), candidate_chunk=chunk)
    state, first = engine.step(engine.init(key))
    _, second = engine.step(state)
    for metrics in (first, second):
        assert metrics["fitness_min"] == metrics["fitness_max"]
    assert first["fitness_mean"] != second["fitness_mean"], "generations draw anew"
    assert first["started"] == second["started"], "of HaDES-F, but for the first weights"


def test_learners_and_initialisations_train_with_keys_of_their_own(noisy, key):
    several = dataclasses.replace(noisy, learners=(Noise(), Noise()), inits_per_candidate=3)
    draw = several.draw(key)
    drawn = [jax.random.key_data(each) for each in (*draw.fits, *draw.episodes)]
    words = {tuple(row) for each in drawn for row in each.tolist()}
    assert len(words) == 2 * 2 * 3, "and none of them is an episode's"
    trained = several.train(draw, several.prototype(key))
    assert len({float(value) for networks, _ in trained for value in networks[:, 0]}) == 6


def test_the_key_of_a_training_is_decided_by_its_episodes(noisy, key):
    dataset = noisy.initial
    learner, task = noisy.learners[0], noisy.task
    one, again = (
        train_and_evaluate(learner, task, dataset, (), learner.init(key), key) for _ in range(2)
    )
    assert one.fitness == again.fitness == jax.random.normal(fit_key(key), (1,))[0]
    other = train_and_evaluate(learner, task, dataset, (), learner.init(key), jax.random.key(1))
    assert other.fitness != one.fitness


def _fitness(objective, draw, candidate):
    return objective.evaluate(draw, objective.train(draw, candidate), ()).fitness


@struct.dataclass
class Hits(Echo):
    """Fitness is a count, in a type that counts come in."""

    kind: str = struct.field(pytree_node=False, default="uint32")

    def evaluate(self, key, policy, state):
        answer = policy(jnp.zeros((1, 1)))[0, 0]
        return Evaluation(fitness=jnp.asarray(10 * answer, self.kind))


@pytest.mark.parametrize("kind", ["uint32", "int32", "bool", "float32"])
def test_counts_are_a_fitness_whatever_their_type(kind, key):
    engine = Engine(Neuroevolution(Hits(kind=kind), Noise()), Strategy(population=4))
    _, metrics = engine.step(engine.init(key))
    found = evaluate_network(Noise(), Hits(kind=kind), (), jnp.ones(1), key)
    assert found.fitness == (1 if kind == "bool" else 10)
    assert found.fitness.dtype == metrics["fitness_min"].dtype == jnp.float32
    assert metrics["fitness_min"] <= metrics["fitness_mean"] <= metrics["fitness_max"]
    assert metrics["fitness_min"] >= 0 or kind in ("int32", "float32")


@pytest.mark.parametrize(
    ("metric", "owner"), [("episode", "task"), *((each, "population") for each in OF_POPULATION)]
)
def test_a_learner_s_metric_does_not_replace_another_s(key, metric, owner):
    trained = jnp.ones(1), {metric: jnp.float32(1)}
    with pytest.raises(UsageError, match=f"learner's metric {metric} is the {owner}'s"):
        evaluate_trained(Noise(), Echo(), (), trained, key)
