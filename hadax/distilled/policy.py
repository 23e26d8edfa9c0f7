"""A trained network that acts: raw observations in, actions out."""

import warnings
import weakref
from collections.abc import Callable
from functools import cache, partial
from typing import Any, ClassVar, NoReturn, TypeAlias

import jax
import jax.numpy as jnp
from flax import struct
from numpy.typing import ArrayLike

from hadax.core.errors import HadaxWarning, UsageError
from hadax.core.jax_settings import in_usual_settings
from hadax.core.learner import Learner
from hadax.core.specification import Discrete
from hadax.core.task import Task, kind_of
from hadax.core.types import LearnerState, TaskState
from hadax.distilled.absent import OF_SEVERAL_TASKS, TellsAbsent
from hadax.distilled.in_episode import EpisodePolicy
from hadax.distilled.inputs import Answers, answers_for, arranged_inputs, is_dim
from hadax.tasks.naming import named
from hadax.tasks.rl.environment_task import EnvironmentTask
from hadax.tasks.supervised.scaling import takes_brightness

Compute: TypeAlias = Callable[[Any], jax.Array]
"""Inputs [batch, *input_shape] to answers [batch, ...]."""

# The same words for all inputs, so that Python says them once for each place they come from.
_DIM = (
    "these inputs do not look like images of brightness 0 to 255, which the policy takes and"
    " normalises itself: multiply those from 0 to 1 by 255"
)

_OF_RESULTS = (
    *("evaluate", "evaluate_as_played", "score", "play", "save", "export", "show", "observe"),
    *("with_task", "with_learner", "dataset", "slots", "header", "size_in_words", "to_artifact"),
    *("with_dataset", "evaluate_tasks", "measure", "parts"),
)


@struct.dataclass(eq=False)
class TrainedPolicy(TellsAbsent):
    """A trained network together with what it does to raw inputs; a pytree, equal to itself alone.

    Attributes:
      weights: the network's parameters.
      task: what the network is for.
      state: the task's state: the observation normaliser, say.
      learner: gives the network.

    Examples:
      >>> import hadax, numpy as np
      >>> small = dict(generations=2, population=4, depth=0, score_networks=2, progress=False)
      >>> policy = hadax.distill("analytic/linear_regression", **small).fit(seed=0)
      >>> policy.act([0.5, 1.0, -1.0]).shape
      (2,)
      >>> policy(np.zeros((5, 3))).shape
      (5, 2)
      >>> reader = hadax.zoo.load("supervised/digits").fit(seed=0)
      >>> reader.probabilities(np.full((5, 8, 8), 255)).shape
      (5, 10)
    """

    weights: LearnerState
    task: Task
    state: TaskState
    learner: Learner = struct.field(pytree_node=False)

    _kind: ClassVar = "a trained network"
    _absent: ClassVar = {
        **dict.fromkeys(("fit", "player", "policy"), "it is trained, and acts itself: call act"),
        **dict.fromkeys(OF_SEVERAL_TASKS, "networks of a merged dataset play several tasks"),
        **dict.fromkeys(_OF_RESULTS, "what gave it has that, a dataset or an evolved policy"),
    }

    def __call__(self, inputs: ArrayLike) -> Answers:
        """The network's outputs for raw inputs.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape]; flattened or without their
            one channel will do. Images have a brightness of 0 to 255; others are warned of.

        Returns:
          float32 [outputs], or [batch, outputs].

        Raises:
          UsageError: inputs of another shape, that are no real numbers, or with entries that are
            masked or no finite float32. Nothing is known of the entries of what JAX traces.
        """
        return self._answer(inputs, best=False)

    def act(self, inputs: ArrayLike) -> Answers:
        """The best answer to raw inputs, as the environment or user takes it.

        It remembers nothing; `begin_episode` gives a policy that does. Compiled once for each
        number of inputs.

        Args:
          inputs: one [*input_shape], or several [batch, *input_shape]; flattened or without their
            one channel will do. Images have a brightness of 0 to 255; others are warned of.

        Returns:
          The class or action, int32 [] or [batch]; or vectors float32 [size] or [batch, size], in
          the environment's own bounds.

        Raises:
          UsageError: inputs of another shape, that are no real numbers, or with entries that are
            masked or no finite float32. Nothing is known of the entries of what JAX traces.
        """
        return self._answer(inputs, best=True)

    def begin_episode(self) -> EpisodePolicy:
        """The same policy with a memory, which normalises by what an episode has shown.

        The scores of tasks with `normalizer="per_policy"` are of such policies; some of them do
        nothing well with the file's statistics.

        Raises:
          UsageError: the task has no episodes, or JAX traces the policy.
        """
        return EpisodePolicy(self)

    def probabilities(self, inputs: ArrayLike) -> Answers:
        """How likely each class, or each discrete action, is for raw inputs: the outputs' softmax.

        They are what networks mean that were trained with cross-entropy, as is usual for classes.

        Args:
          inputs: as for `act`.

        Returns:
          float32 [classes], or [batch, classes]; the sum over the classes is 1.

        Raises:
          UsageError: a task whose targets are real vectors, or inputs that `act` refuses.
        """
        if not isinstance(self.task.target, Discrete):
            raise UsageError(
                f"probabilities are of classes, but the task's target is {self.task.target};"
                " call the policy itself for its outputs"
            )
        outputs = self._answer(inputs, best=False)
        return answers_for(inputs, jax.nn.softmax(outputs, axis=-1))

    @in_usual_settings
    def _answer(self, inputs: ArrayLike, best: bool) -> Answers:
        arranged, single = arranged_inputs(inputs, tuple(self.task.input_shape))
        if takes_brightness(self.state) and is_dim(arranged, inputs):
            # At whoever called `act` or `__call__`, beyond what sets JAX's settings.
            warnings.warn(_DIM, HadaxWarning, stacklevel=4)
        answers = _compiled_for(self, best, single)(arranged)
        return answers_for(inputs, answers)

    def __repr__(self) -> str:
        """What it is for, and of which sizes, in a line; no weights."""
        count = sum(getattr(leaf, "size", 1) for leaf in jax.tree.leaves(self.weights))
        sizes = f"{count:,} weights, inputs {self.task.input_shape}, {self.task.target}"
        return f"<a policy for {self._title}: {sizes}>"

    @property
    def _title(self) -> str:
        """What it plays: the task's name, or its class and what that is around."""
        if (made := named(self.task)) is not None:
            return made.name
        kind = kind_of(self.task)
        if isinstance(self.task, EnvironmentTask):
            return f"{kind} of {self.task.environment.name}"
        return kind

    def __copy__(self) -> "TrainedPolicy":
        """Itself: nothing in it changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "TrainedPolicy":
        """Itself: nothing in it changes."""
        del memo
        return self

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled, in words."""
        raise TypeError(
            "a policy cannot be pickled: keep its dataset's file and seed, and train it again"
        )


# What a policy computes with, found once: taking it apart anew costs more than a small network.
_PREPARED: "weakref.WeakKeyDictionary[TrainedPolicy, dict[tuple[bool, bool], Compute]]" = (
    weakref.WeakKeyDictionary()
)


def _compiled_for(policy: TrainedPolicy, best: bool, single: bool) -> Compute:
    """The policy's compiled function of inputs; the flags as for `_compute`."""
    prepared = _PREPARED.setdefault(policy, {})
    if (best, single) not in prepared:
        leaves, structure = jax.tree.flatten(policy.task)
        compute = _compute(policy.learner, structure, best, single)
        prepared[best, single] = partial(compute, policy.weights, policy.state, leaves)
    return prepared[best, single]


@cache
def _compute(learner: Learner, structure: Any, best: bool, single: bool) -> Any:
    """The compiled function of all policies that differ in their arrays alone.

    Args:
      learner: gives the network.
      structure: the task, without its arrays.
      best: whether actions are wanted, or the network's outputs.
      single: whether it is given one input, or several side by side.
    """

    @jax.jit
    def compute(weights: LearnerState, state: TaskState, leaves: Any, inputs: jax.Array) -> Any:
        task: Task = jax.tree.unflatten(structure, leaves)
        batch = inputs[None] if single else inputs
        # Products of no rows are more than XLA's CPU library can do.
        rows = batch if batch.shape[0] else jnp.zeros((1, *batch.shape[1:]))
        outputs = learner.apply(weights, task.preprocess(state, rows))
        answers = task.to_action(task.answer(outputs)) if best else outputs
        return answers[0] if single else answers[: batch.shape[0]]

    return compute
