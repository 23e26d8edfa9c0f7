"""Neuroevolution: a candidate is the weights of one network, evolved directly."""

from dataclasses import replace

from flax import struct

from hadax.core.evaluation import Evaluation
from hadax.core.learner import Learner
from hadax.core.objectives.training import evaluate_network
from hadax.core.task import Task
from hadax.core.types import Candidate, Key, LearnerState, Statistics, TaskState


@struct.dataclass
class Neuroevolution:
    """Evolves the weights of one network directly, with the same engine.

    Attributes:
      task: what the network is for.
      learner: gives the network; its training is never used.
      initial: the weights that the search starts around; None for freshly initialised ones.

    Examples:
      >>> import hadax, jax
      >>> key, task = jax.random.key(0), hadax.make("analytic/linear_regression")
      >>> learner = hadax.make_learner(hadax.LearnerConfig(), task.input_shape, task.target)
      >>> objective = hadax.Neuroevolution(task, learner)
      >>> weights = objective.prototype(key)
      >>> objective.evaluate(objective.draw(key), weights, objective.init(key)).fitness.shape
      ()
    """

    task: Task
    learner: Learner = struct.field(pytree_node=False)
    initial: LearnerState | None = None

    def prototype(self, key: Key) -> Candidate:
        """The initial weights, or a freshly initialised network."""
        return self.learner.init(key) if self.initial is None else self.initial

    def init(self, key: Key) -> TaskState:
        """The task's state before the first generation."""
        return self.task.init(key)

    def draw(self, key: Key) -> Key:
        """The episodes or batch that every candidate of a generation shares."""
        return key

    def train(self, draw: Key, candidate: Candidate) -> Candidate:
        """The candidate, which is a network's weights already."""
        del draw
        return candidate

    def evaluate(self, draw: Key, trained: Candidate, state: TaskState) -> Evaluation:
        """How well the network with the weights `trained` does in the episodes of the `draw`."""
        # A search has no use for single episodes.
        return replace(
            evaluate_network(self.learner, self.task, state, trained, draw), returns=None
        )

    def update(self, state: TaskState, statistics: Statistics) -> TaskState:
        """The task's state after a generation."""
        return self.task.update(state, statistics)

    def at_end(self, state: TaskState) -> TaskState:
        """The task's state with every schedule over."""
        return self.task.at_end(state)
