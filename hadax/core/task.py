"""The Task seam: what a trained network is wanted for, and how well it does it."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from hadax.core.base_task import BaseTask
from hadax.core.dataset import Dataset
from hadax.core.errors import ConfigError, require
from hadax.core.evaluation import Evaluation
from hadax.core.parametrizations.images import Components
from hadax.core.recording import Recording
from hadax.core.settings.annotations import Option
from hadax.core.specification import (
    Continuous,
    Discrete,
    Labels,
    Levels,
    Pose,
    TargetSpec,
    label_counts,
)
from hadax.core.types import Key, Policy, Statistics, TaskState

# Plug-ins import here what they say of themselves with (docs/plugins.md); hadax itself where it is.
__all__ = [
    "MEMBERS",
    "BaseTask",
    "Continuous",
    "Discrete",
    "Evaluation",
    "Labels",
    "Levels",
    "Pose",
    "Task",
    "TaskT",
    "check_task",
]

TaskT = TypeVar("TaskT", bound="Task")


class Task(Protocol):
    """A task: pure functions, jit- and vmap-able, in a pytree.

    A task is a `flax.struct.dataclass`: arrays that it needs (images, say) are its leaves and
    everything else is a static field, so that an equal second task compiles nothing anew. BaseTask
    answers all of it but `input_shape`, `target`, `evaluate` and `initial_dataset`.

    Examples:
      >>> import hadax, jax, jax.numpy as jnp
      >>> task = hadax.make("analytic/linear_regression")
      >>> task.input_shape, task.target
      ((3,), Continuous(size=2))
      >>> key = jax.random.key(0)
      >>> silent = lambda inputs: jnp.zeros((len(inputs), 2))
      >>> bool(task.evaluate(key, silent, task.init(key)).fitness < 0)
      True
    """

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input."""

    @property
    def target(self) -> TargetSpec:
        """What a network answers."""

    @property
    def options(self) -> Mapping[str, Option]:
        """The factory's options that make the task anew, at a search's end, defaults included."""

    @property
    def local_options(self) -> tuple[str, ...]:
        """Options of the factory that say where things lie on this machine; no artifact has them.

        A search may go on with other ones.
        """

    @property
    def labels(self) -> Labels:
        """What inputs and targets are called, for pictures and tables."""

    @property
    def pose(self) -> Pose:
        """How one input is drawn; see Pose."""

    @property
    def levels(self) -> Levels:
        """What fitness is solved, and what comes of chance."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """What real classes are called; empty for other tasks."""

    @property
    def normalizer(self) -> str:
        """The kind of normaliser of inputs; "none" without."""

    @property
    def score_metric(self) -> str:
        """What a final measurement reports: "fitness", or the name of one of the metrics."""

    @property
    def unit(self) -> str:
        """The score's unit; "" for a plain number."""

    @property
    def episodes(self) -> int:
        """Episodes of one evaluation; 0 without. A metric `episode_length` says how long they are.

        So environment steps are counted, and can end a search.
        """

    @property
    def has_test_data(self) -> bool:
        """Whether a final measurement sees what no search saw: a test split, or data drawn anew."""

    @property
    def has_real_examples(self) -> bool:
        """Whether `real_examples` gives any; asked without the data."""

    def init(self, key: Key) -> TaskState:
        """The state before the first generation; () for tasks without one."""

    def preprocess(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """Raw inputs [batch, *input_shape] as a network is given them; datasets hold the latter."""

    def restore(self, state: TaskState, inputs: jax.Array) -> jax.Array:
        """What people see behind a network's inputs [batch, *input_shape]: `preprocess` undone."""

    def evaluate(self, key: Key, policy: Policy, state: TaskState) -> Evaluation:
        """How well one policy does; the same key means the same episodes or batch."""

    def record(self, key: Key, policy: Policy, state: TaskState) -> Recording | None:
        """One episode for people to watch, that of an evaluation of one; None without episodes."""

    def real_input(self, key: Key) -> jax.Array | None:
        """One real input [*input_shape], to be shown beside synthetic ones; None without any."""

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The state after a generation, from the statistics summed over its population."""

    def at_end(self, state: TaskState) -> TaskState:
        """The state, of the same structure, with every schedule over: as evaluations of results."""

    def settle(self, state: TaskState) -> TaskState:
        """The state to keep at a search's end: that of the task which `options` make."""

    def answer(self, outputs: jax.Array) -> jax.Array:
        """The greedy answer in outputs [batch, ...]: int32 [batch] or float32 [batch, size]."""

    def to_action(self, answer: jax.Array) -> jax.Array:
        """An `answer` [batch] or [batch, size] as the environment, or whoever asked, takes it."""

    def taught(self, targets: jax.Array) -> jax.Array:
        """The answers that continuous targets [batch, size] ask for, before any are cut off."""

    def describe_target(self, target: NDArray[np.float32]) -> str:
        """A target [size] in words."""

    def with_data(self: TaskT, split: str) -> TaskT:
        """The task with the data of a split, "train" or "test": what a search or a score sees."""

    def for_measuring(self: TaskT, episodes: int) -> tuple[TaskT, int]:
        """The task as a final measurement sees it, and its episodes; 0 for a task without."""

    def as_played(self: TaskT) -> TaskT:
        """The task whose policies give their best answers, all that the state knows frozen.

        So a user has them; itself where evaluations ask so already.
        """

    def greedy(self: TaskT) -> TaskT:
        """The task whose policies give their best answers, all else as in evaluations."""

    def initial_dataset(self, key: Key, size: int) -> Dataset:
        """The dataset that a search starts from."""

    def real_examples(self, key: Key, size: int) -> Dataset | None:
        """As many real examples of the training data, drawn at random, the classes balanced.

        None where the task has none.
        """

    def principal_components(self, count: int) -> Components | None:
        """What real inputs vary most in: their centre and directions [count, *input_shape].

        None where the task has no real inputs.
        """

    def given_statistics(
        self: TaskT, mean: jax.Array, variance: jax.Array, count: float = 1.0
    ) -> TaskT:
        """The task whose constant normaliser uses these statistics, or whose running one begins so.

        Args:
          mean, variance: of observations, [*input_shape] each.
          count: of how many observations, above 0; so much weight have they beside later ones.

        Raises:
          ConfigError: of "normalizer"; the task has another one, or none.
        """

    def state_from_statistics(self, mean: jax.Array, variance: jax.Array) -> TaskState:
        """The state of a task whose inputs have this `mean` and `variance`, [*input_shape] each.

        Raises:
          UsageError: the task has no use for them, or they have another shape.
        """


MEMBERS: tuple[str, ...] = tuple(name for name in vars(Task) if not name.startswith("_"))
"""What every task has, by name."""

_MOST_LISTED = 3


def check_task(task: object, name: str) -> None:
    """Refuses an object that the engine could not compile.

    Args:
      task: what a factory gave.
      name: the task's name, for the message.

    Raises:
      ConfigError: the object lacks a member of Task, is not a pytree of arrays of numbers and
        hashable static fields, or says of its inputs, targets or episodes what cannot be, or has
        more or fewer names than there are of them.
    """
    require(task is not None, "task", None, "name a task, as hadax.tasks.names() lists them")
    a_class = isinstance(task, type)
    require(not a_class, "task", name, "a class, must be an object, which calling it gives")
    present = set(dir(task))
    missing = [member for member in MEMBERS if member not in present]
    require(not missing, "task", name, _in_place_of_task(task, missing))
    _check_fields(task, name)
    shape, target = getattr(task, "input_shape", None), getattr(task, "target", None)
    fits = isinstance(shape, tuple) and all(isinstance(n, int) and n > 0 for n in shape)
    expected = f"its input_shape is {shape!r}, must be a tuple of whole numbers above 0, as (4,)"
    require(fits and shape != (), "task", name, expected)
    expected = f"its target is {target!r}, must be hadax.Discrete(n) or hadax.Continuous(n)"
    require(isinstance(target, Discrete | Continuous), "task", name, expected)
    episodes = getattr(task, "episodes", None)
    expected = f"its episodes are {episodes!r}, must be a whole number, 0 for a task without any"
    require(isinstance(episodes, int) and episodes >= 0, "task", name, expected)
    _check_names(task, name)


def kind_of(task: object) -> str:
    """What an object that no name made is called: its class."""
    return task.__name__ if isinstance(task, type) else type(task).__name__


def _in_place_of_task(task: object, missing: Sequence[str]) -> str:
    """What to do about an object that lacks members of Task."""
    environment = task[0] if isinstance(task, tuple) and task else task
    if hasattr(environment, "reset") and hasattr(environment, "step"):
        # Environments of hadax lie above this room, so they are known by what they have.
        if hasattr(environment, "observation_shape") and hasattr(environment, "horizon"):
            return "an environment, no task: give hadax.ControlTask(environment=...)"
        return (
            "an environment of another library, no task: name a task, as hadax.tasks.names() lists"
            " them, or adapt it with hadax.Environment.from_spaces (docs/plugins.md)"
        )
    listed = ", ".join(missing[:_MOST_LISTED])
    more = f" and {len(missing) - _MOST_LISTED} more" if len(missing) > _MOST_LISTED else ""
    return f"lacks {listed}{more} of hadax.core.task.Task; BaseTask has all but four of them"


def _check_fields(task: object, name: str) -> None:
    """Refuses leaves that are no arrays of numbers, and static fields that jit cannot compare.

    Args:
      task: has all members of Task.
      name: the task's, for the message.

    Raises:
      ConfigError: says which field is what.
    """
    for path, leaf in jax.tree_util.tree_leaves_with_path(task):
        expected = "must be a flax.struct.dataclass of arrays and struct.field(pytree_node=False)"
        if path:
            kind = getattr(leaf, "dtype", type(leaf).__name__)
            field = jax.tree_util.keystr(path).removeprefix(".")
            found = f"its field {field} is of type {kind}"
            expected = (
                f"{found}, must be an array of JAX's numbers, or struct.field(pytree_node=False)"
            )
        require(_has_numbers(leaf), "task", name, expected)
    for each in dataclasses.fields(task) if dataclasses.is_dataclass(task) else ():
        if each.metadata.get("pytree_node", True):
            continue
        value = getattr(task, each.name)
        try:
            hash(value)
        except TypeError as error:
            found = f"its field {each.name} is of type {type(value).__name__} ({error})"
            expected = f"{found}, must be hashable: a tuple, or an array as a leaf"
            raise ConfigError("task", name, expected) from error


def _has_numbers(leaf: object) -> bool:
    """Whether a leaf is an array that JAX can compute with."""
    if not isinstance(leaf, np.ndarray | np.generic):
        return isinstance(leaf, jax.Array)
    try:
        # NumPy has numbers that JAX has not: in another order of bytes, or longer ones.
        jax.eval_shape(lambda array: array, leaf)
    except TypeError:
        return False
    # By its kind, bfloat16 would be raw bytes.
    return any(jnp.issubdtype(leaf.dtype, kind) for kind in (np.number, np.bool_))


def _check_names(task: Any, name: str) -> None:
    """Refuses names and units of inputs and targets that are not one for each.

    Args:
      task: its `input_shape` and `target` are sound.
      name: the task's, for the message.

    Raises:
      ConfigError: says of which there are how many.
    """
    classes = task.target.size if isinstance(task.target, Discrete) else 0
    counts = label_counts(task.input_shape, task.target)
    for what, found, wanted in (
        ("class_names", task.class_names, classes),
        *((f"labels.{field}", getattr(task.labels, field), counts[field]) for field in counts),
    ):
        texts = isinstance(found, tuple) and all(isinstance(each, str) for each in found)
        right = f"a tuple of {wanted} texts, or ()" if wanted else "()"
        expected = f"its {what} are {found!r}, must be {right}"
        require(texts and len(found) in (0, wanted), "task", name, expected)
