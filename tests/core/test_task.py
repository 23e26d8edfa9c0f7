"""What can be a task, and what cannot."""

import gymnasium
import gymnax
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from flax import struct

import hadax
from hadax.core.errors import ConfigError
from hadax.core.task import Discrete, Labels, check_task


def test_an_incomplete_or_opaque_task_is_refused(regression):
    with pytest.raises(ConfigError, match="lacks input_shape"):
        check_task(object(), "mine")

    class Opaque(type(regression)):
        """A subclass that nobody registered as a pytree."""

    with pytest.raises(ConfigError, match=r"flax\.struct\.dataclass"):
        check_task(Opaque(regression.weights), "mine")


ANOTHERS = (
    "an environment of another library, no task: name a task, as hadax.tasks.names() lists them, or"
    " adapt it with hadax.Environment.from_spaces (docs/plugins.md)"
)
LACKS = "of hadax.core.task.Task; BaseTask has all but four of them"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda: None, "none: name a task, as hadax.tasks.names() lists them"),
        (lambda: gymnasium.make("CartPole-v1"), f"TimeLimit: {ANOTHERS}"),
        (lambda: gymnax.make("CartPole-v1")[0], f"CartPole: {ANOTHERS}"),
        (lambda: gymnax.make("CartPole-v1"), f"tuple: {ANOTHERS}"),
        (
            lambda: hadax.make("gymnax/CartPole-v1").environment,
            "Environment: an environment, no task: give hadax.ControlTask(environment=...)",
        ),
        (lambda: hadax.ControlTask, "ControlTask: a class, must be an object, which calling it"),
        (lambda: 3, "int: lacks input_shape, target, options and "),
        (lambda: (), LACKS),
    ],
)
def test_what_is_given_in_place_of_a_task_is_told_of_in_a_short_line(given, said):
    with pytest.raises(ConfigError) as refused:
        hadax.distill(given())
    assert said in str(refused.value)
    assert str(refused.value).startswith("task=")
    assert len(str(refused.value)) < 200


def test_a_task_that_lacks_little_is_told_all_of_it():
    class Half(hadax.BaseTask):
        input_shape = (1,)
        target = hadax.Discrete(2)

    with pytest.raises(ConfigError, match=rf"^task=mine: lacks evaluate, initial_dataset {LACKS}$"):
        check_task(Half(), "mine")


@pytest.mark.parametrize("shape", [4, [4], (4.0,), (0,), ()])
def test_what_is_no_shape_of_an_input_is_refused(regression, shape):
    @struct.dataclass
    class Odd(type(regression)):
        input_shape = shape

    with pytest.raises(ConfigError, match=r"^task=mine: its input_shape is .* as \(4,\)$"):
        check_task(Odd(regression.weights), "mine")


def test_a_target_that_is_a_number_alone_is_refused(regression):
    @struct.dataclass
    class Odd(type(regression)):
        target = 2

    with pytest.raises(ConfigError, match=r"^task=mine: its target is 2, must be hadax.Discrete"):
        check_task(Odd(regression.weights), "mine")


@pytest.mark.parametrize(
    "names", [("a", "b"), ("a", "b", "c", "d"), "abc", ["a", "b", "c"], (1, 2, 3)]
)
def test_classes_that_are_not_named_one_by_one_are_refused(regression, names):
    @struct.dataclass
    class Odd(type(regression)):
        target = Discrete(3)
        class_names = names

    with pytest.raises(ConfigError) as refused:
        check_task(Odd(regression.weights), "mine")
    expected = f"its class_names are {names!r}, must be a tuple of 3 texts, or ()"
    assert str(refused.value) == f"task=mine: {expected}"
    for right in ((), ("a", "b", "c")):
        Odd.class_names = right
        check_task(Odd(regression.weights), "mine")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (Labels(input_names=("x",)), "input_names are ('x',), must be a tuple of 3 texts, or ()"),
        (Labels(target_names=("x",)), "target_names are ('x',), must be a tuple of 2 texts, or ()"),
        (Labels(target_units="mm"), "target_units are 'mm', must be a tuple of 2 texts, or ()"),
        (
            Labels(channel_names=("x",)),
            "channel_names are ('x',), must be a tuple of 3 texts, or ()",
        ),
    ],
)
def test_names_of_another_number_are_refused(regression, labels, said):
    @struct.dataclass
    class Odd(type(regression)):
        @property
        def labels(self):
            return labels

    with pytest.raises(ConfigError) as refused:
        check_task(Odd(regression.weights), "mine")
    assert str(refused.value) == f"task=mine: its labels.{said}"


def test_a_vector_has_no_classes(regression):
    @struct.dataclass
    class Odd(type(regression)):
        class_names = ("a", "b")

    with pytest.raises(ConfigError, match=r"class_names are \('a', 'b'\), must be \(\)$"):
        check_task(Odd(regression.weights), "mine")


@pytest.mark.parametrize("count", [-1, 2.0, None])
def test_episodes_that_are_no_number_of_them_are_refused(regression, count):
    @struct.dataclass
    class Odd(type(regression)):
        episodes = count

    with pytest.raises(ConfigError, match=r"^task=mine: its episodes are .*, must be a whole"):
        check_task(Odd(regression.weights), "mine")


@struct.dataclass
class Holding(hadax.BaseTask):
    """Answers nothing; holds whatever it is given."""

    leaf: object = None
    static: object = struct.field(pytree_node=False, default=None)
    input_shape = (1,)
    target = Discrete(2)

    def evaluate(self, key, policy, state):
        raise AssertionError

    def initial_dataset(self, key, size):
        raise AssertionError


@pytest.mark.parametrize("static", [{"a": 1}, [1], np.ones(2), jnp.ones(2), ("a", [1])])
def test_a_static_field_that_jit_cannot_compare_is_refused(static):
    with pytest.raises(ConfigError) as refused:
        check_task(Holding(static=static), "mine")
    said = f"its field static is of type {type(static).__name__} (unhashable type: "
    assert str(refused.value).startswith(f"task=mine: {said}")
    assert str(refused.value).endswith("), must be hashable: a tuple, or an array as a leaf")


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (np.array(["a", "b"]), "leaf is of type <U1"),
        (np.array([None]), "leaf is of type object"),
        ({"b": np.array([b"a"])}, "leaf['b'] is of type |S1"),
        (np.datetime64("2020-01-01"), "leaf is of type datetime64[D]"),
        ([1.0], "leaf[0] is of type float"),
        (np.ones(2, np.dtype(np.float32).newbyteorder()), "leaf is of type >f4"),
        pytest.param(
            np.ones(2, np.longdouble),
            f"leaf is of type {np.dtype(np.longdouble)}",
            marks=pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="is float64"),
        ),
    ],
)
def test_a_leaf_that_is_no_array_of_numbers_is_refused(leaf, said):
    with pytest.raises(ConfigError) as refused:
        check_task(Holding(leaf=leaf), "mine")
    expected = "must be an array of JAX's numbers, or struct.field(pytree_node=False)"
    assert str(refused.value) == f"task=mine: its field {said}, {expected}"


@pytest.mark.parametrize(
    "leaf",
    [None, np.ones(2, ml_dtypes.bfloat16), np.ones(2, bool), np.float64(1), jax.random.key(0)],
)
def test_numbers_of_any_type_are_leaves(leaf):
    check_task(Holding(leaf=leaf, static=("a", 1)), "mine")
