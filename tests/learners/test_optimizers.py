"""The table of optimisers against what optax has."""

import inspect

import jax
import jax.numpy as jnp
import optax
import pytest

from hadax.core.errors import ConfigError
from hadax.learners.config import WITH_EPSILON, WITHOUT_SCHEDULE, InnerLoop
from hadax.learners.optimizers import OPTIMIZERS, SCHEDULES

OWN = {"adam", "momentum", "nesterov"}

# Parts of optimisers; those whose update needs the loss as a function; one with noise that no key
# of ours decides; one that optax deprecates for its second version.
LEFT_OUT = {
    "scale_by_learning_rate",
    "scale_by_rprop",
    "lbfgs",
    "noisy_sgd",
    "optimistic_adam",
}


def optax_optimizers():
    """optax's functions of a learning rate and otherwise optional settings."""
    found = set()
    for name, function in inspect.getmembers(optax, inspect.isfunction):
        first, *others = [*inspect.signature(function).parameters.values(), None]
        optional = all(each is None or each.default is not each.empty for each in others)
        if first is not None and first.name == "learning_rate" and optional:
            found.add(name)
    return found


def test_the_table_is_what_optax_has():
    there, named = optax_optimizers(), set(OPTIMIZERS) - OWN
    gone = sorted(named - there)
    assert not gone, f"optax {optax.__version__} has dropped {gone}: take them from the table"
    new = sorted(there - named - LEFT_OUT - OWN)
    assert not new, f"optax {optax.__version__} has {new}: add them to the table or to LEFT_OUT"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_names_that_are_optax_own_mean_the_same(name):
    if name not in OWN:
        assert OPTIMIZERS[name] is vars(optax)[name]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_epsilon_is_taken_where_the_table_says_so(name):
    assert ("eps" in inspect.signature(OPTIMIZERS[name]).parameters) == (name in WITH_EPSILON)
    if name in WITH_EPSILON:
        OPTIMIZERS[name](0.1, eps=1e-3)


def test_the_epsilons_are_of_optimizers():
    assert set(OPTIMIZERS) >= WITH_EPSILON


@pytest.mark.parametrize(
    ("name", "middle", "last"), [("constant", 0.2, 0.2), ("linear", 0.1, 0), ("cosine", 0.1, 0)]
)
def test_schedules_begin_at_the_rate(name, middle, last):
    schedule = SCHEDULES[name](0.2, 10)
    at = schedule if callable(schedule) else lambda step: schedule
    assert [float(at(step)) for step in (0, 5, 10)] == pytest.approx([0.2, middle, last])
    assert set(SCHEDULES) == {"constant", "linear", "cosine"}


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_schedule_is_refused_just_where_the_optimiser_can_take_none(name, schedule):
    weights = {"weight": jnp.ones((2, 3)), "bias": jnp.ones(3)}

    def step():
        optimizer = OPTIMIZERS[name](SCHEDULES[schedule](0.1, 10))
        jax.eval_shape(optimizer.update, weights, optimizer.init(weights), weights)

    if schedule == "constant" or name not in WITHOUT_SCHEDULE:
        InnerLoop(inner_optimizer=name, inner_schedule=schedule)
        step()
        return
    words = f"^inner_schedule={schedule}: {name} takes no schedule; use constant$"
    with pytest.raises(ConfigError, match=words):
        InnerLoop(inner_optimizer=name, inner_schedule=schedule)
    with pytest.raises(TypeError):
        step()
