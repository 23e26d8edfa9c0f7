"""What a search needs is found by a trace, which also refuses what cannot be evaluated."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from flax import struct

from hadax import tasks
from hadax.core.errors import UsageError
from hadax.core.generation.engine import Engine
from hadax.core.generation.strategy import Strategy
from hadax.core.objectives.distillation import Distillation
from hadax.core.objectives.neuroevolution import Neuroevolution
from hadax.core.parametrizations.targets import LearnedTargets
from hadax.core.settings.views import replaced
from hadax.core.task import BaseTask, Continuous, Evaluation
from hadax.launch.search import memory
from hadax.launch.search.memory import Demand, automatic_chunks, demand_of, refuse_too_large
from hadax.learners.config import LearnerConfig
from hadax.learners.registry import make_learner


@struct.dataclass
class Unfit(BaseTask):
    """Multiplies a network's answers with `rows` rows, and may give them all as fitness."""

    rows: int = struct.field(pytree_node=False, default=8)
    whole: bool = struct.field(pytree_node=False, default=False)
    input_shape = (3,)
    target = Continuous(2)

    def evaluate(self, key, policy, state):
        answers = jnp.ones((5, self.rows)) @ policy(jnp.ones((8, 3)))
        return Evaluation(fitness=answers[:, 0] if self.whole else jnp.mean(answers))

    def initial_dataset(self, key, size):
        return tasks.make("analytic/linear_regression").initial_dataset(key, size)


def objective_of(task, key, inits=1):
    learner = make_learner(
        replaced(LearnerConfig(), {"width": 16, "depth": 1}), task.input_shape, task.target
    )
    inputs, targets = jnp.zeros((4, 3)), jnp.zeros((4, 2))
    initial = task.initial_dataset(key, 4).replace(inputs=inputs, targets=targets)
    return Distillation(
        task=task,
        initial=initial,
        parametrization=LearnedTargets(),
        learners=(learner,),
        inits_per_candidate=inits,
    )


@pytest.mark.parametrize("inits", [1, 3])
def test_a_network_needs_its_weights_and_what_its_evaluation_adds(key, inits):
    demand = demand_of(objective_of(Unfit(), key, inits))
    weights = 4 * (3 * 16 + 16 + 16 * 2 + 2)
    assert demand == Demand(
        training_bytes=4 * weights + 4 * (4 * 3 + 4 * 2),
        evaluation_bytes=weights + 4 * 8 * 16,
        inits=inits,
        in_one_piece=False,
    )
    assert automatic_chunks(demand, 6, "cpu") == (6 * inits, 6 * inits)


def test_networks_that_share_a_layer_stay_together():
    demand = Demand(training_bytes=2**23, evaluation_bytes=2**22, inits=4, in_one_piece=True)
    assert automatic_chunks(demand, 6, "cpu") == (4, 0)


def test_an_evaluation_that_fails_is_refused_in_the_users_shapes(key):
    with pytest.raises(UsageError, match="cannot evaluate these networks") as refused:
        demand_of(objective_of(Unfit(rows=7), key))
    assert "(7,)" in str(refused.value)
    assert "000" not in str(refused.value)


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (lambda: {}["batch"], "KeyError: 'batch'"),
        (lambda: jnp.no_such, "AttributeError: module 'jax.numpy' has no attribute 'no_such'"),
        (lambda: 1 // 0, "ZeroDivisionError: "),
        (lambda: len(3), "TypeError: object of type 'int' has no len()"),
        (lambda: int("x"), "ValueError: invalid literal for int()"),
    ],
)
@pytest.mark.parametrize("where", ["init", "evaluate", "update"])
def test_whatever_a_tasks_own_code_raises_is_told_in_a_line(key, where, fails, said):
    def raising(*arguments):
        fails()

    failing = type("Failing", (Unfit,), {where: raising})()
    learner = objective_of(Unfit(), key).learners[0]
    for objective in (objective_of(failing, key), Neuroevolution(failing, learner)):
        with pytest.raises(UsageError) as refused:
            demand_of(objective, "task lab/failing")
        words = str(refused.value)
        told = f"task lab/failing cannot evaluate these networks: {said}"
        assert words.startswith(told)
        assert "(test_memory.py, line " in words
        assert refused.value.__cause__ is not None


def test_want_of_memory_passes_as_it_is(key):
    def raising(*arguments):
        raise MemoryError

    with pytest.raises(MemoryError):
        demand_of(objective_of(type("Failing", (Unfit,), {"evaluate": raising})(), key))


def test_a_fitness_of_several_numbers_is_refused(key):
    with pytest.raises(UsageError, match=r"fitness has shape \(5,\); it must be one number"):
        demand_of(objective_of(Unfit(whole=True), key))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda fitness: fitness, "evaluate gives an array, must give hadax.Evaluation(fitness=.."),
        (lambda fitness: 1.5, "evaluate gives float, must give hadax.Evaluation(fitness=...)"),
        (lambda fitness: None, "evaluate gives NoneType, must give hadax.Evaluation(fitness=...)"),
        (lambda fitness: (fitness, {}), "evaluate gives tuple, must give hadax.Evaluation(fitness"),
        (lambda fitness: Evaluation(None), "fitness is NoneType; it must be one number"),
        (
            lambda fitness: Evaluation(fitness, None),
            "metrics are NoneType; must be numbers by name",
        ),
        (lambda fitness: Evaluation(fitness, [1.0]), "metrics are list; must be numbers by name"),
        (lambda fitness: Evaluation(fitness, {"a": None}), "a is NoneType; it must be one number"),
        (
            lambda fitness: Evaluation(fitness, {"a": jnp.zeros(5)}),
            "a has shape (5,); it must be one number",
        ),
        (
            lambda fitness: Evaluation(fitness, {"a": np.zeros((2, 1))}),
            "a has shape (2, 1); it must be one number",
        ),
        (
            lambda fitness: Evaluation(fitness, {"a": 1j * fitness}),
            "a is of type complex64; it must be one number",
        ),
        (lambda fitness: Evaluation(fitness, {1: fitness}), "metrics have the name 1; it must be"),
        (
            lambda fitness: Evaluation(fitness, returns=fitness),
            "returns has shape (); it must be a number for each episode",
        ),
    ],
)
def test_what_is_no_evaluation_is_refused_in_a_line(key, given, said):
    @struct.dataclass
    class Bare(Unfit):
        def evaluate(self, key, policy, state):
            return given(super().evaluate(key, policy, state).fitness)

    learner = objective_of(Unfit(), key).learners[0]
    for objective in (objective_of(Bare(), key), Neuroevolution(Bare(), learner)):
        with pytest.raises(UsageError) as refused:
            demand_of(objective)
        assert str(refused.value).startswith(f"the task's {said}")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (jnp.zeros((8, 7)), "inputs of shape (8, 7), must be (batch, 3)"),
        (jnp.zeros(3), "inputs of shape (3,), must be (batch, 3)"),
        (np.zeros((2, 8, 3)), "inputs of shape (2, 8, 3), must be (batch, 3)"),
        (jnp.zeros(()), "inputs of shape (), must be (batch, 3)"),
        ([0.0, 1.0, 2.0], "list, must be (batch, 3)"),
        (None, "NoneType, must be (batch, 3)"),
    ],
)
def test_inputs_of_another_width_are_refused_in_a_line(key, inputs, said):
    @struct.dataclass
    class Wide(Unfit):
        def evaluate(self, key, policy, state):
            return Evaluation(fitness=jnp.mean(policy(inputs)))

    learner = objective_of(Unfit(), key).learners[0]
    for objective in (objective_of(Wide(), key), Neuroevolution(Wide(), learner)):
        with pytest.raises(UsageError) as refused:
            demand_of(objective)
        assert str(refused.value) == f"the task gives its policy {said}"


@pytest.mark.parametrize("shape", [(8, 3), (8, 3, 1)])
def test_flattened_inputs_will_do(key, shape):
    @struct.dataclass
    class Flat(Unfit):
        def evaluate(self, key, policy, state):
            return Evaluation(fitness=jnp.sum(policy(jnp.zeros(shape))))

    assert demand_of(objective_of(Flat(), key)).inits == 1


def test_a_fitness_and_metrics_may_be_plain_numbers(key):
    @struct.dataclass
    class Plain(Unfit):
        def evaluate(self, key, policy, state):
            del key, policy, state
            return Evaluation(1.5, {"a": 2})

    assert demand_of(objective_of(Plain(), key)).inits == 1


def test_a_score_of_what_is_no_metric_is_refused_before_the_search(key):
    @struct.dataclass
    class Scored(Unfit):
        score_metric = "accuracy"

    with pytest.raises(UsageError, match="score_metric is accuracy; its evaluations have fitness"):
        demand_of(objective_of(Scored(), key))


@pytest.mark.parametrize(
    ("before", "updated", "ended", "said"),
    [
        (0, lambda n: n + 0.5, None, "state['n'] is int32[] after init, but float32[] after up"),
        (0, None, lambda n: n * 1.0, "state['n'] is int32[] after init, but float32[] after at_e"),
        (
            jnp.zeros(3),
            lambda n: n[:2],
            None,
            "state['n'] is float32[3] after init, but float32[2]",
        ),
        (0, lambda n: {"m": n}, None, "state after update is another than after init: ['n']"),
    ],
)
def test_a_state_that_becomes_another_kind_is_refused(key, before, updated, ended, said):
    @struct.dataclass
    class Changing(Unfit):
        def init(self, key):
            return {"n": before}

        def update(self, state, statistics):
            return {"n": updated(state["n"])} if updated else state

        def at_end(self, state):
            return {"n": ended(state["n"])} if ended else state

    with pytest.raises(UsageError) as refused:
        demand_of(objective_of(Changing(), key))
    assert str(refused.value).startswith(f"the task's {said}")


def test_statistics_are_summed_before_a_state_is_updated_with_them(key):
    @struct.dataclass
    class Counting(Unfit):
        def evaluate(self, key, policy, state):
            found = super().evaluate(key, policy, state)
            return replace(found, statistics=found.fitness > 0)

        def init(self, key):
            return jnp.int32(0)

        def update(self, state, statistics):
            return statistics

    assert demand_of(objective_of(Counting(), key)).inits == 1


def test_every_device_holds_the_whole_population(engine, monkeypatch):
    demand = Demand(2**20, 0, inits=1, in_one_piece=False)
    large = replace(engine, strategy=replace(engine.strategy, population=2**15))
    monkeypatch.setattr(memory, "memory_bytes", lambda: 8 * 2**20)
    refuse_too_large(large, demand)
    monkeypatch.setattr(Engine, "__post_init__", lambda self: None)
    with pytest.raises(UsageError, match=r"take 1\d\.\d MiB at least, but there are 8\.0 MiB"):
        refuse_too_large(replace(large, devices=4), demand)


def test_halving_never_evaluates_more_networks_together(key):
    objective = objective_of(tasks.make("analytic/linear_regression"), key)
    strategy = Strategy(population=16)
    engine = Engine(objective, strategy, candidate_chunk=16, evaluation_candidate_chunk=1)
    halves = memory.halved(engine)
    assert (halves.candidate_chunk, halves.evaluation_candidate_chunk) == (8, 1)
    # 0 stands for as many as are trained.
    together = memory.halved(replace(engine, evaluation_candidate_chunk=0))
    assert together.evaluation_candidate_chunk == 0


@pytest.mark.parametrize("candidates", [8, 1])
def test_half_as_many_networks_are_half_as_many(key, candidates):
    objective = objective_of(tasks.make("analytic/linear_regression"), key, inits=4)
    engine = Engine(objective, Strategy(population=16), candidate_chunk=candidates)
    assert memory.networks_together(engine) == 4 * candidates
    halves = memory.halved(engine)
    assert memory.networks_together(halves) == 2 * candidates
    # What is evaluated with what was trained is as many of it.
    assert halves.objective.evaluation_network_chunk == halves.objective.network_chunk
